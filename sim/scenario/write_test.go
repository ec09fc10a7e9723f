package scenario

import (
	"strings"
	"testing"
	"time"
)

// TestSurgeIsOfThoseNamed: others write as they did.
func TestSurgeIsOfThoseNamed(t *testing.T) {
	const text = `name: x
story: Some write more than others.
lasts: 1 h
area: 1 km x 1 km
nodes:
  - {name: crews, count: 2, radios: lora}
  - {name: field, count: 3, radios: lora}
  - {name: masts, count: 1, radios: lora}
radios:
  - {name: lora, kind: lora, preset: long-fast, power: 14 dBm, duty: 10 %}
people:
  - {who: [crews, field], to: everyone, every: 1 min, timing: regular}
events:
`
	for who, want := range map[string][2]int{ // messages of a crew, and of one in the field
		"":         {600, 600},
		"everyone": {600, 600},
		"crews":    {600, 60},
		"masts":    {60, 60},
	} {
		event := "  - {at: t+0, what: surge}\n"
		if who != "" {
			event = "  - {at: t+0, what: surge, who: " + who + "}\n"
		}
		s, err := Parse("x.yaml", []byte(text+event), nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.plan(How{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		var by [6]int
		for _, m := range p.traffic {
			by[m.From]++
			if m.At >= time.Hour {
				t.Errorf("%q: %+v", who, m)
			}
		}
		if by[1] != want[0] || by[4] != want[1] {
			t.Errorf("a surge of %q: node 1 writes %d, node 4 %d, want %v", strings.TrimSpace(who), by[1], by[4], want)
		}
	}
}
