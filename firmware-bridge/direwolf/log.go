package direwolf

import (
	"os"
	"strings"
	"sync"
)

// maxLog bounds a modem's log in bytes, maxLine what is looked at of a line.
const (
	maxLog  = 1 << 20
	maxLine = 500
)

// logFile keeps what a modem says, and looks for the lines by which it tells
// that it is ready or that it failed.
type logFile struct {
	said chan string // the first such line

	mu     sync.Mutex
	file   *os.File
	size   int
	line   strings.Builder
	ending string // the last whole line
	told   bool
}

func newLog(name string) (*logFile, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	return &logFile{file: f, said: make(chan string, 1)}, nil
}

// Write takes output of the modem. It never fails, or the modem would end.
func (l *logFile) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if room := min(len(b), maxLog-l.size); room > 0 {
		n, _ := l.file.Write(b[:room]) // a full disk costs the log only
		l.size += n
	}
	for _, c := range b {
		switch {
		case c == '\n':
			l.end()
		case l.line.Len() < maxLine:
			l.line.WriteByte(c)
		}
	}
	return len(b), nil
}

func (l *logFile) end() {
	line := strings.TrimSpace(l.line.String())
	l.line.Reset()
	if line == "" {
		return
	}
	l.ending = line
	if !l.told && (strings.HasPrefix(line, readyLine) || strings.HasPrefix(line, bindLine)) {
		l.told = true
		l.said <- line
	}
}

func (l *logFile) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ending
}

func (l *logFile) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}
