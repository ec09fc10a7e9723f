package at

// Outcomes counts what a Lines did with what it was given.
type Outcomes struct {
	Lines    uint64 // handed out
	Oversize uint64 // dropped: longer than it may be
	Broken   uint64 // dropped: silence in the middle
}

// Lines finds the lines in a stream of bytes. It never holds more than one.
type Lines struct {
	most     int // bytes of a line
	line     []byte
	raw      int // bytes that belong to the line whatever they are
	skipping bool
	Outcomes
}

// NewLines returns a Lines for lines of so many bytes at most.
func NewLines(most int) Lines { return Lines{most: most} }

// Push takes the next byte and returns a line when that byte ends one. The line
// is without its end, and valid until the next Push.
func (l *Lines) Push(b byte) ([]byte, bool) {
	switch {
	case l.raw > 0:
		l.raw--
	case b == '\r' || b == '\n':
		return l.end()
	}
	switch {
	case l.skipping:
	case len(l.line) == l.most:
		l.Oversize++
		l.skipping, l.raw, l.line = true, 0, l.line[:0]
	default:
		l.line = append(l.line, b)
	}
	return nil, false
}

func (l *Lines) end() ([]byte, bool) {
	line, whole := l.line, !l.skipping && len(l.line) > 0
	l.line, l.skipping = l.line[:0], false
	if whole {
		l.Lines++
	}
	return line, whole
}

// Begun returns what there is of a line that has not ended. It is valid until
// the next Push.
func (l *Lines) Begun() []byte { return l.line }

// Raw says that the next n bytes belong to the line, a CR or LF among them too.
// A family calls it where a line tells the length of what follows: else whoever
// transmits could put answers into the radio's mouth.
func (l *Lines) Raw(n int) { l.raw = n }

// Break drops a line that has begun and does not go on. What comes next begins
// a line.
func (l *Lines) Break() {
	if len(l.line) > 0 || l.skipping {
		l.Broken++
	}
	l.line, l.raw, l.skipping = l.line[:0], 0, false
}
