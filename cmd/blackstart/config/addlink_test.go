package config

import (
	"slices"
	"strings"
	"testing"
)

func TestAddLink(t *testing.T) {
	const url = `kiss:///dev/ttyUSB0?baud=9600`
	for name, c := range map[string]struct{ text, want string }{
		"nothing":       {"", "links:\n  - \"" + url + "\"\n"},
		"no links":      {"listen: 127.0.0.1:1\n", "links:\n  - \"" + url + "\"\nlisten: 127.0.0.1:1\n"},
		"empty list":    {"links: [] # none\n# more\nlisten: 127.0.0.1:1\n", "links: # none\n  - \"" + url + "\"\n# more\nlisten: 127.0.0.1:1\n"},
		"empty":         {"links:\nsigning: all\n", "links:\n  - \"" + url + "\"\nsigning: all\n"},
		"one":           {"links:\n- ip://\n# a comment\n\nsigning: all\n", "links:\n- ip://\n- \"" + url + "\"\n# a comment\n\nsigning: all\n"},
		"two, indented": {"links:\n    - ip://\n    # lab\n    - ip://1.2.3.4:5\n", "links:\n    - ip://\n    # lab\n    - ip://1.2.3.4:5\n    - \"" + url + "\"\n"},
	} {
		got, err := AddLink(c.text, url)
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, c.want)
		}
	}
	got, err := AddLink(Template, url)
	if err != nil {
		t.Fatal(err)
	}
	if got, err = AddLink(got, "ip://"); err != nil {
		t.Fatal(err)
	}
	if c, err := Parse([]byte(got)); err != nil || !slices.Equal(c.Links, []string{url, "ip://"}) || strings.Count(got, "#") != strings.Count(Template, "#") {
		t.Errorf("%q, %v", c.Links, err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"twice":     {"links:\n  - " + url + "\n", "stands there already"},
		"flow":      {"links: [ip://]\n", "not written as a list of lines"},
		"not YAML":  {"links: {\n", ""},
		"other key": {"lnks: []\n", "unknown key"},
	} {
		if got, err := AddLink(c.text, url); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}
