//go:build !windows

package console

import (
	"os"

	"golang.org/x/term"
)

// openTerminal prefers the controlling terminal, so that a question is seen
// when input or output are redirected.
func openTerminal() (*terminal, error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return standard()
	}
	if !term.IsTerminal(int(f.Fd())) {
		_ = f.Close()
		return standard()
	}
	return &terminal{in: f, out: f, own: true}, nil
}
