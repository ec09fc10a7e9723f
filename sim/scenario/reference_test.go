package scenario

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/scenarios.md anew")

const manual, generated = "../../docs/scenarios.md", "-run TestReference -update`).\n\n"

// TestReference holds the documentation to the tables of keys.
func TestReference(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	head, is, ok := strings.Cut(string(text), generated)
	if !ok {
		t.Fatalf("%s does not say %q", manual, generated)
	}
	want := Reference()
	if *update {
		if err := os.WriteFile(manual, []byte(head+generated+want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, now := strings.Split(is, "\n"), strings.Split(want, "\n")
	for i := range max(len(have), len(now)) {
		if i >= len(have) || i >= len(now) || have[i] != now[i] {
			t.Fatalf("%s is not what the reader does, from line %d of the keys on: go test ./sim/scenario -run TestReference -update", manual, i+1)
		}
	}
	for _, name := range Builtin() {
		if !strings.Contains(head, "`"+name+"`") {
			t.Errorf("%s does not name the scenario %s", manual, name)
		}
	}
}

// TestDefaults: what the tables say of absent keys, and the bounds, can be read.
func TestDefaults(t *testing.T) {
	for title, keys := range map[string][]key{
		"scenario": new(Scenario).keys(), "nodes": new(Group).keys(), "radios": new(Radio).keys(), "links": new(Link).keys(), "contacts": new(Contacts).keys(),
		"people": new(Source).keys(), "events": new(Event).keys(), "faults": new(Faults).keys(), "expect": new(Expectation).keys(),
	} {
		seen := map[string]bool{}
		for _, k := range keys {
			r := &reader{file: "default", lines: map[any]int{}}
			if k.absent != "" {
				k.to.read(r, k.name, plain(k.absent))
			}
			if len(r.mistakes) > 0 {
				t.Errorf("%s: %v", title, r.mistakes)
			}
			if k.what == "" || k.to.form() == "" || seen[k.name] {
				t.Errorf("%s: %s is not documented, or stands there twice", title, k.name)
			}
			seen[k.name] = true
		}
	}
	for _, k := range eventKinds() {
		for _, name := range append(append([]string{}, k.needs...), k.takes...) {
			if _, ok := find(new(Event).keys(), name); !ok {
				t.Errorf("%s needs or takes the key %s, which there is not", k.what, name)
			}
		}
	}
}

// TestPresets: each preset is a setting that a modem has.
func TestPresets(t *testing.T) {
	for _, p := range presets() {
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
		c := Radio{Kind: LoRa, Preset: p.name}
		if c.lora() != p.LoRa {
			t.Errorf("%s: %+v", p.name, c.lora())
		}
	}
	c := Radio{Kind: LoRa, Spreading: 7, Bandwidth: 125_000, Coding: 8, Preamble: 8}
	if l := c.lora(); l.Spreading != 7 || l.Bandwidth != 125_000 || l.Coding != 8 || l.Preamble != 8 {
		t.Errorf("%+v", l)
	}
}
