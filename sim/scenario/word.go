package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// word is the target of one of a few words.
type word struct {
	to *string
	of []string
}

func (w word) read(r *reader, name string, n strictyaml.Node) {
	if !isPlain(r, name, n, w.form()) {
		return
	}
	if !slices.Contains(w.of, n.Text) {
		r.wrong(n.Line, fmt.Sprintf("did you mean %q? it is %s", strictyaml.Nearest(n.Text, w.of), w.form()), "%s: unknown word %q", name, n.Text)
		return
	}
	*w.to = n.Text
}

func (w word) form() string { return "one of " + strings.Join(w.of, ", ") }
func (w word) address() any { return w.to }

// label is the target of a name that others refer to.
type label struct{ to *string }

func (l label) read(r *reader, name string, n strictyaml.Node) {
	if !isPlain(r, name, n, l.form()) {
		return
	}
	if len(n.Text) > maxName || strings.Trim(n.Text, nameLetters) != "" || n.Text == "" {
		r.wrong(n.Line, "write "+l.form(), "%s: %q cannot be a name", name, n.Text)
		return
	}
	*l.to = n.Text
}

func (l label) form() string { return "a name of letters, digits and hyphens" }
func (l label) address() any { return l.to }

const (
	maxName     = 40
	nameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
)

// labels is the target of one name, or of a list of names.
type labels struct{ to *[]string }

func (l labels) read(r *reader, name string, n strictyaml.Node) {
	items := []strictyaml.Node{n}
	if n.Kind == strictyaml.List {
		items = n.Items
	}
	for _, item := range items {
		var one string
		before := len(r.mistakes)
		label{&one}.read(r, name, item)
		if len(r.mistakes) > before {
			continue
		}
		if slices.Contains(*l.to, one) {
			r.wrong(item.Line, "leave one out", "%s: %q stands there twice", name, one)
			continue
		}
		*l.to = append(*l.to, one)
	}
}

func (l labels) form() string { return "a name, or a list of names in brackets" }
func (l labels) address() any { return l.to }

// sentence is the target of a text for people, or of the name of a file.
type sentence struct {
	to *string
	is string // what it is
}

func (s sentence) read(r *reader, name string, n strictyaml.Node) {
	if isPlain(r, name, n, s.is) {
		*s.to = strings.TrimSpace(n.Text)
	}
}

func (s sentence) form() string { return s.is }
func (s sentence) address() any { return s.to }

// whole is the target of a whole number.
type whole[T ~int | ~uint64] struct {
	to        *T
	low, high T
}

func (w whole[T]) read(r *reader, name string, n strictyaml.Node) {
	if !isPlain(r, name, n, w.form()) {
		return
	}
	got, err := strconv.ParseInt(n.Text, 10, 64)
	if err != nil {
		r.wrong(n.Line, "write "+w.form(), "%s: %q is not a whole number", name, n.Text)
		return
	}
	if got < int64(w.low) || got > int64(w.high) {
		r.wrong(n.Line, fmt.Sprintf("write %d to %d", w.low, w.high), "%s: %d is out of range", name, got)
		return
	}
	*w.to = T(got)
}

func (w whole[T]) form() string { return fmt.Sprintf("a whole number of %d to %d", w.low, w.high) }
func (w whole[T]) address() any { return w.to }

// numbers is the target of a range of node numbers, both ends among them.
type numbers struct{ to *[2]int }

func (t numbers) read(r *reader, name string, n strictyaml.Node) {
	if !isPlain(r, name, n, t.form()) {
		return
	}
	low, high, two := strings.Cut(n.Text, "..")
	if !two {
		high = low
	}
	a, errA := strconv.Atoi(strings.TrimSpace(low))
	b, errB := strconv.Atoi(strings.TrimSpace(high))
	switch {
	case errA != nil || errB != nil:
		r.wrong(n.Line, "write "+t.form(), "%s: %q is no range of numbers", name, n.Text)
	case a < 0 || b < a || b >= MaxNodes:
		r.wrong(n.Line, fmt.Sprintf("write a range within 0..%d, the lower number first", MaxNodes-1), "%s: %q is out of range", name, n.Text)
	default:
		*t.to = [2]int{a, b}
	}
}

func (t numbers) form() string { return "numbers of nodes, counted from 0, such as 0..19" }
func (t numbers) address() any { return t.to }

// mix is the target of a precedence, or of shares of several.
type mix struct{ to *Mix }

func (m mix) read(r *reader, name string, n strictyaml.Node) {
	switch n.Kind {
	case strictyaml.Plain:
		var one string
		word{&one, Precedences()}.read(r, name, n)
		if i := slices.Index(Precedences(), one); i >= 0 {
			m.to[i] = whole100
		}
	case strictyaml.Fields:
		var sum Share
		keys := make([]key, 0, len(m.to))
		for i, p := range Precedences() {
			keys = append(keys, key{name: p, to: amount[Share]{&m.to[i], strictyaml.Share(), "0 %", "100 %"}})
		}
		before := len(r.mistakes)
		r.section(name, n, keys)
		for _, s := range m.to {
			sum += s
		}
		if sum != whole100 && len(r.mistakes) == before {
			r.wrong(n.Line, "change them so that they add up to 100 %", "%s: the shares add up to %s", name, strictyaml.Share().Write(int64(sum)))
		}
	default:
		r.wrong(n.Line, "write "+m.form(), "%s: %v, want a precedence or shares of them", name, n.Kind)
	}
}

func (m mix) form() string {
	return "one of " + strings.Join(Precedences(), ", ") + ", or shares such as {flash: 5 %, routine: 95 %}"
}
func (m mix) address() any { return m.to }

// Mix is the share of each precedence, the highest first.
type Mix [4]Share

const whole100 Share = 1_000_000

// Precedences names them, the highest first.
func Precedences() []string { return []string{"flash", "immediate", "priority", "routine"} }

// counts is the target of one whole number, or of a range of them.
type counts struct {
	to        *[2]int
	low, high int
}

func (c counts) read(r *reader, name string, n strictyaml.Node) {
	if !isPlain(r, name, n, c.form()) {
		return
	}
	low, high, two := strings.Cut(n.Text, "..")
	if !two {
		high = low
	}
	a, errA := strconv.Atoi(strings.TrimSpace(low))
	b, errB := strconv.Atoi(strings.TrimSpace(high))
	if errA != nil || errB != nil || a < c.low || b > c.high || b < a {
		r.wrong(n.Line, "write "+c.form(), "%s: %q is out of range", name, n.Text)
		return
	}
	*c.to = [2]int{a, b}
}

func (c counts) form() string {
	return fmt.Sprintf("a whole number of %d to %d, or a range of them with two dots between", c.low, c.high)
}
func (c counts) address() any { return c.to }
