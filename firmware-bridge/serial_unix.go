//go:build unix

package bridge

import (
	"fmt"
	"os"
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
