package config

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestTemplateIsTheDefault(t *testing.T) {
	got, err := Parse([]byte(Template))
	want := Default()
	want.Links = []string{}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the template reads as %+v, %v; want %+v", got, err, want)
	}
}

// What the template says in comments is what the reader takes.
func TestTemplateUncommented(t *testing.T) {
	text := Template
	for _, key := range keys {
		text = strings.Replace(text, "\n#"+key+":", "\n"+key+":", 1)
	}
	text = strings.Replace(text, "\npassphrase-file:", "\n#passphrase-file:", 1)
	text = strings.Replace(text, "\nkey-command:", "\n#key-command:", 1)
	text = strings.Replace(text, "links: []\n#  - kiss", "links:\n  - kiss", 1)
	got, err := Parse([]byte(text))
	want := Default()
	want.Links, want.KeyFile = []string{"kiss:///dev/ttyUSB0?baud=9600"}, "node.key"
	want.Clock, want.ClockError = "gps:///dev/ttyUSB1?baud=4800", time.Minute
	want.AirtimeLicence = "assignment 12-345 of the regulator, 151.5 MHz, until 2028; J. Doe"
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("reads as %+v, %v; want %+v", got, err, want)
	}
}

func TestParse(t *testing.T) {
	got, err := Parse([]byte("links: [\"ip://\", kiss+tcp://h:1]\nlisten: unix:///run/b\npassphrase-file: p\nsigning: all\nevidence: all\nclock: gps:///COM4\nclock-error: 48h\nlog-level: debug\nlog-format: json\n"))
	want := Config{Links: []string{"ip://", "kiss+tcp://h:1"}, Listen: "unix:///run/b", PassphraseFile: "p",
		Signing: All, Evidence: All, Clock: "gps:///COM4", ClockError: 48 * time.Hour, LogLevel: slog.LevelDebug, LogFormat: LogJSON}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("reads as %+v, %v; want %+v", got, err, want)
	}
}

func TestMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
		what string
		hint string
	}{
		"misspelt":  {"listen: x\n\nlnks: []\n", 3, `unknown key "lnks"`, `did you mean "links"?`},
		"old style": {"key_file: x\n", 1, `unknown key "key_file"`, `did you mean "key-file"?`},
		"twice":     {"listen: a\nlisten: b\n", 2, `"listen"`, ""},
		"no list":   {"listen: a\nlinks: ip://\n", 2, "", ""},
		"level":     {"\nlog-level: loud\n", 2, `log-level: "loud", want debug, info, warn or error`, ""},
		"format":    {"log-format: xml\n", 1, `log-format: "xml"`, ""},
		"signing":   {"signing: none\n", 1, `signing: "none", want all or required`, ""},
		"time":      {"clock-error: -1s\n", 1, `clock-error: "-1s"`, ""},
		"both keys": {"key-file: a\npassphrase-file: b\n", 2, "exclude each other", "leave out one"},
		"no yaml":   {"listen: [\n", 1, "", ""},
		"too large": {strings.Repeat("#", MaxSize+1), 0, "at most", "right file"},
	} {
		_, err := Parse([]byte(c.text))
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%s: %v is no mistake of the file", name, err)
			continue
		}
		if e.Line != c.line || !strings.Contains(e.What, c.what) || !strings.Contains(e.Hint, c.hint) || strings.Contains(e.What, "\n") {
			t.Errorf("%s: line %d: %q, hint %q", name, e.Line, e.What, e.Hint)
		}
	}
}

func TestRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "node.yaml")
	if c, err := Read(name); err != nil || !reflect.DeepEqual(c, Default()) {
		t.Errorf("no file reads as %+v, %v; want the defaults", c, err)
	}
	if err := os.WriteFile(name, []byte("a\nb: c: d\nlisten: 1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(name); err == nil || !strings.HasPrefix(err.Error(), name+":") {
		t.Errorf("error %v does not begin with the file's name", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(Template))
	f.Add([]byte("links: [a]\nclock-error: 1h\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := Parse(text); err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("%v is no mistake of the file", err)
			}
		}
	})
}
