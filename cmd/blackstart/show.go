package main

import (
	"fmt"
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

// line is how a message is shown in a list. What others wrote may hold bytes
// that steer a terminal; they are replaced.
func line(m wire.Message) string {
	from := party(m.From)
	tail := m.Proof
	if m.Outgoing {
		tail = state(m)
	}
	to := address(m.To)
	if m.Role != "" {
		to = m.Role + " (" + to + ")"
	}
	head, foot := duty(m)
	return fmt.Sprintf("%4d  %s  %-9s  %s > %s  [%s]\n      %s%s\n%s", m.Number, m.Recorded.Local().Format(time.DateTime),
		console.Plain(m.Precedence), console.Plain(from), console.Plain(to), console.Plain(tail),
		head, strings.ReplaceAll(harmless(m.Text), "\n", "\n      "), foot)
}

// harmless replaces what does not print, but line ends.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', unicode.IsPrint(r):
			return r
		case r == '\t':
			return ' '
		}
		return unicode.ReplacementChar
	}, s)
}
