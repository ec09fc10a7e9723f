package console

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"syscall"
)

// golang.org/x/term would bring package net with it on this system, which the
// offline tool must not hold; the three calls that are needed stand here.

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

func isTerminal(f *os.File) bool {
	var mode uint32
	return syscall.GetConsoleMode(syscall.Handle(f.Fd()), &mode) == nil
}

// Bits of a console's input mode, as the Windows API names them.
const (
	enableProcessedInput = 0x1
	enableLineInput      = 0x2
	enableEchoInput      = 0x4
)

// readHidden reads a line that the console does not show.
func readHidden(f *os.File) (line []byte, err error) {
	var mode uint32
	if err := syscall.GetConsoleMode(syscall.Handle(f.Fd()), &mode); err != nil {
		return nil, err
	}
	hidden := mode&^enableEchoInput | enableLineInput | enableProcessedInput
	if err := setConsoleMode(f, hidden); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, setConsoleMode(f, mode)) }()
	line, err = bufio.NewReader(f).ReadBytes('\n')
	if errors.Is(err, io.EOF) && len(line) > 0 {
		err = nil
	}
	return bytes.TrimRight(line, "\r\n"), err
}

func setConsoleMode(f *os.File, mode uint32) error {
	done, _, err := syscall.NewLazyDLL("kernel32.dll").NewProc("SetConsoleMode").Call(f.Fd(), uintptr(mode))
	if done == 0 {
		return err
	}
	return nil
}
