package gps

import (
	"slices"
	"strings"
	"time"
)

// split takes a sentence apart. Makers' own sentences ($P...) have an address of
// another form; they are whole sentences of no type.
func split(text string) (Sentence, bool) {
	address, rest, more := strings.Cut(text, ",")
	s := Sentence{}
	if more {
		s.Fields = strings.Split(rest, ",")
	}
	if strings.HasPrefix(address, "P") {
		s.Talker = "P"
		return s, true
	}
	if len(address) != 5 || strings.ContainsFunc(address, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) {
		return s, false
	}
	s.Talker, s.Type = address[:2], address[2:]
	return s, true
}

// satellites are the talkers that are satellite receivers.
var satellites = [...]string{"GP", "GL", "GA", "GB", "BD", "GQ", "QZ", "GI", "GN"}

func (s Sentence) fromSatellites() bool { return slices.Contains(satellites[:], s.Talker) }

// rmc returns the moment that an RMC names, and whether it is a fix. A moment
// that cannot be is the zero time.
func (s Sentence) rmc() (time.Time, bool) {
	mode := s.field(12)
	fix := s.field(2) == "A" && (mode == "" || len(mode) == 1 && strings.Contains("ADFPR", mode))
	date := s.field(9)
	if len(date) != 6 {
		return time.Time{}, fix
	}
	return moment(date[:2], date[2:4], "20"+date[4:], s.field(1)), fix
}

// zda returns the moment that a ZDA names.
func (s Sentence) zda() time.Time {
	return moment(s.field(2), s.field(3), s.field(4), s.field(1))
}

// gga returns whether a GGA is about a fix, and how many satellites are used.
func (s Sentence) gga() (fix bool, used int) {
	quality := s.field(6)
	used, _ = digits(s.field(7))
	return len(quality) == 1 && strings.Contains("123459", quality), used
}

// moment puts a date and hhmmss.sss together; the zero time where they are none.
func moment(day, month, year, clock string) time.Time {
	if len(clock) < 6 || len(year) != 4 || len(day) != 2 || len(month) != 2 {
		return time.Time{}
	}
	var n [6]int
	for i, text := range [...]string{year, month, day, clock[:2], clock[2:4], clock[4:6]} {
		v, ok := digits(text)
		if !ok {
			return time.Time{}
		}
		n[i] = v
	}
	nanos, ok := fraction(clock[6:])
	if !ok || n[3] > 23 || n[4] > 59 || n[5] > 60 { // 60 is a leap second
		return time.Time{}
	}
	d := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	if d.Day() != n[2] || int(d.Month()) != n[1] {
		return time.Time{}
	}
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], nanos, time.UTC)
}

// digits reads a number of up to 4 digits and nothing else.
func digits(text string) (int, bool) {
	if text == "" || len(text) > 4 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// fraction reads what follows the seconds: nothing, or a point and digits.
func fraction(text string) (nanos int, ok bool) {
	if text == "" {
		return 0, true
	}
	if text[0] != '.' || len(text) > 10 {
		return 0, false
	}
	unit := 100_000_000
	for _, c := range []byte(text[1:]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		nanos += int(c-'0') * unit
		unit /= 10
	}
	return nanos, true
}
