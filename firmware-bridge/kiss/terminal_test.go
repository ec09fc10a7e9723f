//go:build linux || darwin

package kiss

import (
	"errors"
	"os"
	"syscall"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// openTerminal returns both ends of a pseudo-terminal without echo. Closing
// the master ends a Read of it, which needs a descriptor that does not block.
func openTerminal() (master, slave *os.File, err error) {
	m, slave, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	_, err = term.MakeRaw(int(slave.Fd()))
	fd, dupErr := syscall.Dup(int(m.Fd()))
	if err := errors.Join(err, dupErr, m.Close()); err != nil {
		return nil, nil, err
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return nil, nil, err
	}
	return os.NewFile(uintptr(fd), "terminal"), slave, nil
}
