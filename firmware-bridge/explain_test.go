package bridge

import (
	"regexp"
	"testing"
	"time"
)

// What is said of a parameter is what ParseURL holds it to.
func TestParamExplained(t *testing.T) {
	for _, c := range []struct {
		p                  Param
		allowed, otherwise string
	}{
		{Param{Name: "sf", Default: 8, Min: 5, Max: 12}, "5..12", "8"},
		{Param{Name: "freq", Hertz: true, Min: 137_000_000, Max: 3_000_000_000, Needed: true}, "137M..3000M", ""},
		{Param{Name: "freq", Hertz: true, Min: 137_000_000, Max: 3_000_000_000}, "137M..3000M", ""},
		{Param{Name: "bw", Hertz: true, Default: 125_000, Min: 7800, Max: 1_625_000}, "7.8k..1.625M", "125k"},
		{Param{Name: "slot", Step: time.Millisecond, Default: int64(time.Second), Max: int64(time.Minute)}, "0s..1m0s", "1s"},
		{Param{Name: "lbt", Words: []string{"yes", "no"}, Default: 1}, "yes, no", "no"},
		{Param{Name: "plan", Text: regexp.MustCompile("^x$")}, "", ""},
	} {
		if got := c.p.Allowed(); got != c.allowed {
			t.Errorf("%s: allowed %q, want %q", c.p.Name, got, c.allowed)
		}
		if got := c.p.Otherwise(); got != c.otherwise {
			t.Errorf("%s: otherwise %q, want %q", c.p.Name, got, c.otherwise)
		}
		if c.otherwise != "" && c.p.Check(c.otherwise) != nil || c.p.Check("wrong") == nil {
			t.Errorf("%s: %v, %v", c.p.Name, c.p.Check(c.otherwise), c.p.Check("wrong"))
		}
	}
}
