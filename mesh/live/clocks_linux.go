package live

import (
	"time"

	"golang.org/x/sys/unix"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// unsynchronised is the kernel's word (STA_UNSYNC) that nobody disciplines its
// clock. It says so itself when the clock is set, and when nobody corrected it
// until its own bound (maxerror) has grown to 16 s.
const unsynchronised = 0x40

// askKernel asks without changing anything (adjtimex(2) with modes 0).
func askKernel() clock.Kernel {
	var t unix.Timex
	if _, err := unix.Adjtimex(&t); err != nil || t.Status&unsynchronised != 0 {
		return clock.Kernel{}
	}
	return clock.Kernel{Synchronised: true, MaxError: time.Duration(t.Maxerror) * time.Microsecond}
}

// sleepClock returns a clock that goes on while the machine sleeps.
func sleepClock() (time.Duration, bool) {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return 0, false
	}
	return time.Duration(t.Nano()), true
}
