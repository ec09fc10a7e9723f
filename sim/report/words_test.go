package report

import (
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	p := func(x float64) *float64 { return &x }
	for _, c := range []struct{ got, want string }{
		{span(nil), "-"}, {span(p(0)), "0 ms"}, {span(p(0.0404)), "40 ms"}, {span(p(0.9999)), "1.00 s"}, {span(p(9.999)), "10.0 s"}, {span(p(99.9)), "99.9 s"},
		{span(p(100)), "1.67 min"}, {span(p(2353)), "39.2 min"}, {span(p(7200)), "2.00 h"}, {span(p(1e6)), "11.6 d"},
		{percent(nil), "-"}, {percent(p(1)), "100 %"}, {percent(p(0.9999)), "99.9 %"}, {percent(p(0)), "0 %"}, {percent(p(0.0001)), "< 0.1 %"}, {percent(p(1.25)), "125.0 %"},
		{amount(nil), "-"}, {amount(p(12)), "12"}, {amount(p(4.5)), "4.50"}, {amount(p(0.031)), "0.031"}, {amount(p(1234.5)), "1,234"},
		{thousands(1234567), "1,234,567"}, {thousands(-1234), "-1,234"}, {thousands(-123), "-123"},
		{times(p(1.1)), "1.10 x"}, {brief(3600 * 4), "4 h"}, {brief(1000), "16.7 min"},
		{plain("a\x1b[0m\nb\u202e"), "a?[0m?b?"},
		{exact(1500 * time.Millisecond), "1.5"}, {exact(Never), ""}, {exact(3 * time.Nanosecond), "0.000000003"},
		{cell("=1+1"), "'=1+1"}, {cell("town"), "town"},
		{roundTime(90 * time.Minute), "1:30 h"}, {roundTime(0), "0"}, {instant(3723 * time.Second), "1:02:03"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
