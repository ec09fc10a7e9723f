package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

// party is how a node is shown.
func party(p wire.Party) string {
	if p.Name != "" {
		return p.Name
	}
	return fmt.Sprintf("node %d", p.Number)
}

func parties(list []wire.Party) string {
	var names []string
	for _, p := range list {
		names = append(names, party(p))
	}
	return strings.Join(names, ", ")
}

// address is how the destination of a message is shown.
func address(a wire.Address) string {
	switch {
	case a.Name != "":
		return a.Name
	case a.Group != 0:
		return fmt.Sprintf("group %d", a.Group)
	}
	return fmt.Sprintf("node %d", a.Node)
}

// state says in words how far a message is.
func state(m wire.Message) string {
	switch {
	case m.State == "held" && len(m.Held) > 0:
		return "held by " + parties(m.Held)
	case len(m.Delivered) > 0 && m.Expected > 1:
		return fmt.Sprintf("%s (%d of %d: %s)", m.State, len(m.Delivered), m.Expected, parties(m.Delivered))
	case len(m.Delivered) > 0:
		return m.State + " to " + parties(m.Delivered)
	}
	return m.State
}

// line is how a message is shown in a list. What others wrote stands behind a bar,
// line by line: whatever it says, it cannot pass for words of this program, nor for
// another message. Above fold columns it goes on in the next line, behind a bar of
// its own; 0 never folds.
func line(m wire.Message, fold int) string {
	from := party(m.From)
	tail := m.Proof
	if m.Outgoing {
		tail = state(m)
	}
	to := address(m.To)
	if m.Role != "" {
		to = m.Role + " (" + to + ")"
	}
	head, foot := duty(m, fold)
	return fmt.Sprintf("%4d  %s  %-9s  %s > %s  [%s]\n%s%s%s", m.Number, m.Recorded.Local().Format(time.DateTime),
		console.Plain(m.Precedence), console.Plain(from), console.Plain(to), console.Plain(tail), head, quoted(m.Text, fold), foot)
}

// Where the lines below the first one of a message begin, and how long they get on a
// terminal, which else would break them and begin the rest at its margin.
const (
	indent = "      "
	narrow = 80 - len(indent+bar)
	bar    = "| "
)

// foldFor returns after how many columns a text goes on in the next line.
func foldFor(out io.Writer) int {
	if console.Terminal(out) {
		return narrow
	}
	return 0 // a program reads it, and may look for a line as it was written
}

// quoted is a text of somebody else, each line behind a bar.
func quoted(text string, fold int) string {
	var b strings.Builder
	for one := range strings.SplitSeq(text, "\n") {
		b.WriteString(indent + bar)
		column := 0
		for _, r := range harmless(one) {
			wide := 1
			if r >= 0x1100 { // where letters that take two columns begin
				wide = 2
			}
			if column += wide; fold > 0 && column > fold {
				b.WriteString("\n" + indent + bar)
				column = wide
			}
			b.WriteRune(r)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// harmless makes one line of a text: what does not print is replaced.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsPrint(r):
			return r
		case r == '\t', r == '\n':
			return ' '
		}
		return unicode.ReplacementChar
	}, s)
}
