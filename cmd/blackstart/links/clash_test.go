package links

import "testing"

// Two links at one port take it from each other for ever.
func TestClash(t *testing.T) {
	have := []string{"ip://0.0.0.0:4870", "kiss:///dev/ttyUSB0?baud=9600", "kiss+tcp://127.0.0.1:8001?port=1", "rnode:///dev/ttyACM0?plan=field", "nonsense"}
	for url, want := range map[string]string{
		"kiss:///dev/ttyUSB0":                        have[1],
		"rnode:///dev/ttyUSB0?freq=869.525M":         have[1],
		"rnode:///dev/ttyACM0?freq=869.525M":         have[3],
		"kiss:///dev/ttyUSB1":                        "",
		"kiss+tcp://127.0.0.1:8001":                  "",
		"kiss+tcp://127.0.0.1:8001?port=1&rate=9600": have[2],
		"rnode+tcp://127.0.0.1:8001?freq=869.525M":   have[2],
		"kiss+tcp://127.0.0.1:8002?port=1":           "",
		"ip://0.0.0.0:4870":                          "",
		"nonsense":                                   "",
	} {
		if got := Clash(have, url); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}
