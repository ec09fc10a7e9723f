package daemon

import (
	"runtime/debug"
	"testing"
)

func TestFrugal(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	for gogc, want := range map[string]int{"": gcPercent, "80": 100} {
		debug.SetGCPercent(100)
		t.Setenv("GOGC", gogc)
		Frugal()
		if got := debug.SetGCPercent(100); got != want {
			t.Errorf("GOGC %q: %d, want %d", gogc, got, want)
		}
	}
}
