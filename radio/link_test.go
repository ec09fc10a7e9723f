package radio

import "testing"

func TestDevice(t *testing.T) {
	for name, want := range map[string]string{
		"":                                "",
		"radio":                           "radio",
		"rnode:///dev/a?freq=868.1M&sf=8": "rnode:///dev/a",
		"kiss+tcp://h:1?rate=9600&port=2&txdelay=10ms": "kiss+tcp://h:1?port=2",
		"kiss+tcp://h:1?port=2":                        "kiss+tcp://h:1?port=2",
		"x://h?report=2":                               "x://h",
	} {
		if got := Device(name); got != want || Device(got) != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
