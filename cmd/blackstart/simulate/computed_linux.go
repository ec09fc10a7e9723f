package simulate

import (
	"time"

	"golang.org/x/sys/unix"
)

// computed is the processor time of this thread so far. What the collector of garbage
// does beside it is not in it.
func computed() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
