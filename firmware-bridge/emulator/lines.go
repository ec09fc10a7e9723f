package emulator

import "strings"

// Lines finds commands in what a host writes to a device that is spoken to in
// lines. A CR or an LF ends one; an empty line is none. The zero value is ready.
type Lines struct {
	Most int // longest line in bytes; 0: 1024. A longer one is cut off.
	line []byte
}

// Push takes the next byte and returns the line that it ends, if there is one.
func (l *Lines) Push(b byte) (string, bool) {
	most := l.Most
	if most == 0 {
		most = 1024
	}
	if strings.IndexByte("\r\n", b) >= 0 {
		line := string(l.line)
		l.line = nil
		return line, line != ""
	}
	if len(l.line) < most {
		l.line = append(l.line, b)
	}
	return "", false
}
