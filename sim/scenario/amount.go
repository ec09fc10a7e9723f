package scenario

import (
	"fmt"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// Length is a distance or a height in millimetres.
type Length int64

// Metres returns it in metres.
func (l Length) Metres() float64 { return float64(l) / 1000 }

// Speed is in millimetres per hour.
type Speed int64

// MetresPerSecond returns it in m/s.
func (s Speed) MetresPerSecond() float64 { return float64(s) / 3_600_000 }

// Share is a part of a whole, in millionths.
type Share int64

// Of returns it as a number of 0 to 1.
func (s Share) Of() float64 { return float64(s) / 1_000_000 }

// Decibels is a ratio in thousandths of a dB, or a power in thousandths of a dBm.
type Decibels int64

// DB returns it in dB, or dBm.
func (d Decibels) DB() float64 { return float64(d) / 1000 }

// Point is a place, from the south-west corner of the area: to the east, and to the
// north.
type Point [2]Length

// amount is the target of a quantity with a unit.
type amount[T ~int | ~int64] struct {
	to        *T
	of        strictyaml.Dimension
	low, high string // as they would be written
}

func (a amount[T]) read(r *reader, name string, n strictyaml.Node) {
	if got, ok := quantity(r, name, n, n.Text, a.of, a.low, a.high); ok {
		*a.to = T(got)
	}
}

func (a amount[T]) form() string {
	return fmt.Sprintf("%s of %s to %s, such as %s", a.of.Name, a.low, a.high, a.of.Example)
}
func (a amount[T]) address() any { return a.to }

// quantity reads one quantity within bounds.
func quantity(r *reader, name string, n strictyaml.Node, text string, of strictyaml.Dimension, low, high string) (int64, bool) {
	if !isPlain(r, name, n, of.Name+" such as "+of.Example) {
		return 0, false
	}
	got, err := of.Read(text)
	if err != nil {
		r.wrong(n.Line, "", "%s: %v", name, err)
		return 0, false
	}
	least, most := limit(of, low), limit(of, high)
	if got < least || got > most {
		r.wrong(n.Line, "write "+low+" to "+high, "%s: %s is out of range", name, strings.TrimSpace(text))
		return 0, false
	}
	return got, true
}

// limit reads a bound of a table.
func limit(of strictyaml.Dimension, text string) int64 {
	n, err := of.Read(text)
	if err != nil {
		panic("internal error: " + err.Error())
	}
	return n
}

func isPlain(r *reader, name string, n strictyaml.Node, want string) bool {
	if n.Kind != strictyaml.Plain {
		r.wrong(n.Line, "write "+want, "%s: %v, want a plain value", name, n.Kind)
	}
	return n.Kind == strictyaml.Plain
}

// span is the target of one quantity, or of two with dots between: what lies between
// them is drawn.
type span[T ~int | ~int64] struct {
	to        *[2]T
	of        strictyaml.Dimension
	low, high string
}

func (s span[T]) read(r *reader, name string, n strictyaml.Node) {
	low, high, two := strings.Cut(n.Text, "..")
	if !two {
		high = low
	}
	a, ok := quantity(r, name, n, low, s.of, s.low, s.high)
	if !ok {
		return
	}
	b, ok := quantity(r, name, n, high, s.of, s.low, s.high)
	if !ok {
		return
	}
	if a > b {
		r.wrong(n.Line, fmt.Sprintf("write %s..%s", strings.TrimSpace(high), strings.TrimSpace(low)), "%s: %q ends before it begins", name, n.Text)
		return
	}
	*s.to = [2]T{T(a), T(b)}
}

func (s span[T]) form() string {
	return fmt.Sprintf("%s of %s to %s, such as %s, or a range of them with two dots between", s.of.Name, s.low, s.high, s.of.Example)
}
func (s span[T]) address() any { return s.to }

// moment is the target of a time since the start, written t+4h.
type moment struct{ to *time.Duration }

func (m moment) read(r *reader, name string, n strictyaml.Node) {
	if !isPlain(r, name, n, m.form()) {
		return
	}
	since, ok := strings.CutPrefix(strings.TrimSpace(n.Text), "t+")
	if !ok {
		r.wrong(n.Line, "", "%s: %q is not a time since the start, want one such as t+4h", name, n.Text)
		return
	}
	if got, ok := quantity(r, name, n, since, strictyaml.Time(), "0", longest); ok {
		*m.to = time.Duration(got)
	}
}

func (m moment) form() string { return "a time since the start, such as t+4h" }
func (m moment) address() any { return m.to }

// extent is the target of two lengths with an x between: to the east, to the north.
type extent struct {
	to  *Point
	low string
}

func (e extent) read(r *reader, name string, n strictyaml.Node) {
	if p, ok := point(r, name, n, e.low); ok {
		*e.to = p
	}
}

func (e extent) form() string { return "two lengths of " + e.low + " to 1000 km, such as 5 km x 4 km" }
func (e extent) address() any { return e.to }

func point(r *reader, name string, n strictyaml.Node, low string) (p Point, ok bool) {
	if !isPlain(r, name, n, "two lengths such as 5 km x 4 km") {
		return p, false
	}
	east, north, two := strings.Cut(n.Text, "x")
	if !two {
		r.wrong(n.Line, "", "%s: %q is not two lengths with an x between, want such as 5 km x 4 km", name, n.Text)
		return p, false
	}
	for i, text := range []string{east, north} {
		got, ok := quantity(r, name, n, text, strictyaml.Length(), low, "1000 km")
		if !ok {
			return p, false
		}
		p[i] = Length(got)
	}
	return p, true
}

// points is the target of one place, or of a list of places.
type points struct{ to *[]Point }

func (p points) read(r *reader, name string, n strictyaml.Node) {
	items := []strictyaml.Node{n}
	if n.Kind == strictyaml.List {
		items = n.Items
	}
	for _, item := range items {
		if one, ok := point(r, name, item, "0"); ok {
			*p.to = append(*p.to, one)
		}
	}
}

func (p points) form() string {
	return "a place (so far to the east, so far to the north) such as 3 km x 4 km, or a list of them in brackets"
}
func (p points) address() any { return p.to }
