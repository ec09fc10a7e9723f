//go:build unix

package bridge

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// maxDescriptor: the serial library waits with select(2), whose sets end at
// 1024, and panics above. A port takes three descriptors; the rest is margin
// for what others open in the same moment.
const maxDescriptor = 1000

// checkDescriptors refuses to open a serial port in a process that holds so
// many files that the port's number would be too high.
func checkDescriptors() error {
	f, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	fd := f.Fd()
	if err := f.Close(); err != nil {
		return err
	}
	if fd > maxDescriptor {
		return fmt.Errorf("%d files are open, a serial port works only below %d: open serial links before others", fd, maxDescriptor)
	}
	return nil
}

// claim locks a serial port against a second process, and returns what to close
// to let it go. The lock is the one that terminal programs use (flock on the
// device); the exclusive mode that the serial library sets does not hold against
// the superuser, as whom a gateway's node may run.
func claim(device string) (io.Closer, error) {
	f, err := os.OpenFile(device, os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", device, cause(err))
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, errors.Join(fmt.Errorf("%s: %w", device, ErrInUse), f.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("lock %s: %w", device, err), f.Close())
	}
	return f, nil
}

// errNotAllowed: Linux gives the serial ports to a group that nobody is in at first.
var errNotAllowed = errors.New("permission denied: whoever runs this needs the right to use the port; on Linux that is mostly the group dialout (sudo usermod -aG dialout NAME, and log in anew)")

// cause is an error without the name of a file, which is said by others.
func cause(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return errNotAllowed
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
