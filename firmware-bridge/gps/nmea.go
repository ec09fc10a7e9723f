package gps

// MaxSentence bounds a sentence, without $ and CR LF. The standard says 79; some
// receivers need more.
const MaxSentence = 120

// Sentence is one whole sentence with the right checksum.
type Sentence struct {
	Talker string   // 2 letters
	Type   string   // 3 letters
	Fields []string // without the address: field 1 of the standard is Fields[0]
}

// field returns the standard's field n, counted from 1; empty where there is none.
func (s Sentence) field(n int) string {
	if n > len(s.Fields) {
		return ""
	}
	return s.Fields[n-1]
}

// Outcomes counts what a Decoder did with what it was given.
type Outcomes struct {
	Sentences   uint64 // handed out
	BadChecksum uint64 // dropped: the checksum is wrong or missing
	Malformed   uint64 // dropped: a byte that no sentence holds, or an address that is none
	Oversize    uint64 // dropped: more than MaxSentence bytes
}

// Decoder finds the sentences in a stream of bytes. The zero value is ready. It
// never holds more than one sentence, whatever it is fed.
type Decoder struct {
	inside bool // after a $
	text   []byte
	Outcomes
}

// Push takes the next byte and returns a sentence when that byte ends one. A
// sentence ends with CR or LF, or with the $ of the next.
func (d *Decoder) Push(b byte) (Sentence, bool) {
	switch {
	case b == '$':
		s, ok := d.end()
		d.inside = true
		return s, ok
	case !d.inside:
	case b == '\r' || b == '\n':
		return d.end()
	case b < ' ' || b > '~':
		d.inside = false
		d.Malformed++
	case len(d.text) == MaxSentence:
		d.inside = false
		d.Oversize++
	default:
		d.text = append(d.text, b)
	}
	if !d.inside {
		d.text = d.text[:0]
	}
	return Sentence{}, false
}

// end handles the end of what was gathered.
func (d *Decoder) end() (Sentence, bool) {
	if !d.inside {
		return Sentence{}, false
	}
	text := d.text
	d.inside, d.text = false, d.text[:0]
	n := len(text) - len("*hh")
	if n < 0 || text[n] != '*' || !sumIs(text[:n], text[n+1], text[n+2]) {
		d.BadChecksum++
		return Sentence{}, false
	}
	s, ok := split(string(text[:n]))
	if !ok {
		d.Malformed++
		return Sentence{}, false
	}
	d.Sentences++
	return s, true
}

func sumIs(text []byte, high, low byte) bool {
	sum := byte(0)
	for _, b := range text {
		sum ^= b
	}
	h, okHigh := nibble(high)
	l, okLow := nibble(low)
	return okHigh && okLow && sum == h<<4|l
}

func nibble(b byte) (byte, bool) {
	switch {
	case b >= '0' && b <= '9':
		return b - '0', true
	case b >= 'A' && b <= 'F':
		return b - 'A' + 10, true
	case b >= 'a' && b <= 'f':
		return b - 'a' + 10, true
	}
	return 0, false
}
