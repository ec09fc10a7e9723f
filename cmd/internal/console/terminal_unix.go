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
	if !isTerminal(f) {
		_ = f.Close()
		return standard()
	}
	return &terminal{in: f, out: f, own: true}, nil
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// readHidden reads a line that the terminal does not show.
func readHidden(f *os.File) ([]byte, error) { return term.ReadPassword(int(f.Fd())) }
