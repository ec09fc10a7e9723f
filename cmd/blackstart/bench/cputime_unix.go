//go:build unix

package bench

import (
	"fmt"
	"syscall"
	"time"
)

// computed is the processor time of this process so far, its own and the
// system's for it.
func computed() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("processor time of this process: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
