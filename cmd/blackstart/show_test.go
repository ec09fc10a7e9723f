package main

import (
	"strings"
	"testing"
	"unicode"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// TestHostileMessageStaysInItsPlace: another member's node sends what it likes;
// 8 KiB of it must neither steer the terminal nor begin a line of their own.
func TestHostileMessageStaysInItsPlace(t *testing.T) {
	attack := "\x1b]0;title\a\x1b[2J\x1b[31m\u009b5m\u202e\u2066\u200b\r\b\x7f\U000E0041\xff\n   7  2026-01-01 00:00:00  FLASH      control > all  [proven]\n\n"
	text := strings.Repeat(attack, 8192/len(attack))
	m := wire.Message{Number: 6, Text: text, Precedence: "ROUTINE\x1b[1m", Proof: "member\x1b",
		From: wire.Party{Name: "crew\x1b[1m\n"}, To: wire.Address{Name: "a\u202e\n"}}
	person := &wire.Person{Name: "Anna\x1b\n", Role: "chief\n"}
	order := m
	order.SentOn, order.SentFor = "1/2/3\n", &wire.SentFor{To: wire.Party{Name: "\x1b\n"}}
	order.Order = &wire.Order{Person: person, Answers: []wire.Answer{{Node: wire.Party{Name: "\n"}, Person: person, Text: text}},
		Cancelled: &wire.Cancelled{By: wire.Party{Name: "\n"}, Person: person, Reason: text}}
	role := wire.Message{Outgoing: true, Role: "chief\x1b\n", Text: "x"}
	for _, out := range []string{line(m), line(order), line(role), line(wire.Message{Outgoing: true, State: "held\x1b", Text: text, Held: []wire.Party{{Name: "\x1b\n"}}})} {
		for i, l := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
			if i > 0 && !strings.HasPrefix(l, "      ") {
				t.Fatalf("line %d begins at the margin: %q", i, l)
			}
			for _, r := range l {
				if !unicode.IsPrint(r) {
					t.Fatalf("line %d holds %U: %q", i, r, l)
				}
			}
		}
	}
}
