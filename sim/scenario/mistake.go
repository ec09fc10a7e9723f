package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// Mistake is one thing that is wrong with a scenario.
type Mistake struct {
	File   string
	Line   int // 0: of no one line
	What   string
	Remedy string // what to write instead
}

func (m Mistake) Error() string {
	where := m.File
	if m.Line > 0 {
		where = fmt.Sprintf("%s:%d", m.File, m.Line)
	}
	if m.Remedy == "" {
		return where + ": " + m.What
	}
	return where + ": " + m.What + "; " + m.Remedy
}

// Mistakes is all that was found at once, in the order of the lines.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// mostMistakes is how many are reported: a file with more is of another kind.
const mostMistakes = 20

// reader reads one file, and collects what is wrong.
type reader struct {
	file     string
	mistakes Mistakes
	lines    map[any]int // where the value that a pointer points at stands
}

// wrong notes a mistake of one line.
func (r *reader) wrong(line int, remedy, format string, args ...any) {
	r.mistakes = append(r.mistakes, Mistake{File: r.file, Line: line, What: fmt.Sprintf(format, args...), Remedy: remedy})
}

// at returns the line on which the value of a field stands, by its address.
func (r *reader) at(field any) int { return r.lines[field] }

// stands reports whether the file says something of a field.
func (r *reader) stands(field any) bool { return r.lines[field] > 0 }

// yaml takes a mistake of the YAML itself.
func (r *reader) yaml(err error) {
	if e, ok := err.(*strictyaml.Error); ok {
		r.wrong(e.Line, e.Hint, "%s", e.What)
		return
	}
	r.wrong(0, "", "%v", err)
}

// result returns the mistakes in order, or nil.
func (r *reader) result() error {
	if len(r.mistakes) == 0 {
		return nil
	}
	slices.SortStableFunc(r.mistakes, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	all := slices.CompactFunc(r.mistakes, func(a, b Mistake) bool { return a == b })
	if len(all) > mostMistakes {
		rest := len(all) - mostMistakes
		all = append(slices.Clip(all[:mostMistakes]), Mistake{File: r.file, What: fmt.Sprintf("and %d more mistakes", rest)})
	}
	return all
}
