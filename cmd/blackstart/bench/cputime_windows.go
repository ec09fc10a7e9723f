package bench

import (
	"fmt"
	"syscall"
	"time"
)

// computed is the processor time of this process so far, its own and the
// system's for it.
func computed() (time.Duration, error) {
	var begun, ended, system, own syscall.Filetime
	self, err := syscall.GetCurrentProcess()
	if err == nil {
		err = syscall.GetProcessTimes(self, &begun, &ended, &system, &own)
	}
	if err != nil {
		return 0, fmt.Errorf("processor time of this process: %w", err)
	}
	units := func(t syscall.Filetime) int64 { return int64(t.HighDateTime)<<32 | int64(t.LowDateTime) }
	return time.Duration(100 * (units(system) + units(own))), nil
}
