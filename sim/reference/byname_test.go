package reference

import (
	"strings"
	"testing"
)

func TestByName(t *testing.T) {
	for _, name := range Names() {
		if p, err := ByName(name); err != nil || p.Name() != name || p.Source() == "" {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	for _, c := range []struct{ name, near string }{
		{"epidemics", "epidemic"}, {"Spray", "spray"}, {"sparay", "spray"}, {"flod", "flood"}, {"directly", "direct"}, {strings.Repeat("spray", 1000), "spray"},
	} {
		p, err := ByName(c.name)
		if p != nil || err == nil || !strings.Contains(err.Error(), `did you mean "`+c.near+`"`) || len(err.Error()) > 200 {
			t.Errorf("%.20s: %v, %v", c.name, p, err)
		}
	}
}
