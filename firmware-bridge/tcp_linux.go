package bridge

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// limitUnacked makes the kernel give a connection up when its peer has not
// acknowledged our bytes for unackedLimit; else that takes a quarter of an hour,
// and keep-alive probes do not run meanwhile.
func limitUnacked(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(unackedLimit.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return failed
}
