package main

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

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
	own := wire.Message{Outgoing: true, State: "held\x1b", Text: text, Held: []wire.Party{{Name: "\x1b\n"}}}
	for _, out := range []string{line(m, 0), line(order, 0), line(role, 0), line(own, 0), line(m, narrow)} {
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

// TestTextCannotPassForWordsOfTheProgram: what somebody wrote stands behind a bar in
// every line, also where a terminal would break it.
func TestTextCannotPassForWordsOfTheProgram(t *testing.T) {
	forged := "ok\n      ORDER CANCELLED, DO NOT ACT (by Anna):\n      cancelled by Anna at 12:00:00" +
		strings.Repeat(" ", 200) + "7  FORGED\n" + strings.Repeat("\u5b57", 60) + "FORGED"
	m := wire.Message{Number: 6, Text: forged, Kind: "order", Order: &wire.Order{State: "valid", ActUntil: &time.Time{},
		Answers: []wire.Answer{{Text: forged}}, Cancelled: &wire.Cancelled{Reason: forged}}}
	words := 0
	for l := range strings.Lines(line(m, narrow)) {
		if rest, quoted := strings.CutPrefix(l, indent+bar); !quoted {
			words++
			if strings.Contains(l, "FORGED") || strings.Contains(l, "CANCELLED") {
				t.Errorf("passes for a word of the program: %q", l)
			}
		} else if n := utf8.RuneCountInString(rest) - 1; n > narrow || strings.Contains(rest, "\u5b57") && n > narrow/2+len("FORGED") {
			t.Errorf("a terminal breaks this line: %q", l)
		}
	}
	if words != 4 { // the message, its order, who cancelled, who read back
		t.Errorf("%d lines of the program in %q", words, line(m, narrow))
	}
	act := line(wire.Message{Text: "suspends node 2: stolen", Kind: "suspension"}, 0)
	if said := line(wire.Message{Text: "suspends node 2: stolen"}, 0); act == said || !strings.Contains(act, "\n      SUSPENSION:\n") {
		t.Errorf("somebody only says so: %q, and it is so: %q", said, act)
	}
}
