package console

import "os"

// openTerminal prefers the console, so that a question is seen when input or
// output are redirected.
func openTerminal() (*terminal, error) {
	in, err := os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return standard()
	}
	out, err := os.OpenFile("CONOUT$", os.O_WRONLY, 0)
	if err != nil {
		_ = in.Close()
		return standard()
	}
	return &terminal{in: in, out: out, own: true}, nil
}
