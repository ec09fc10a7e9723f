package direwolf

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func supported() error { return nil }

// openFIFO makes a FIFO and opens it for reading and writing: so it never ends
// when a modem does, and no modem waits to open it.
func openFIFO(name string) (*os.File, error) {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if err := unix.Mkfifo(name, 0o600); err != nil {
		return nil, err
	}
	return os.OpenFile(name, os.O_RDWR, 0)
}

// endWithParent makes the system end the modem when this process is killed.
func endWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
