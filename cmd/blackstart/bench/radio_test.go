package bench

import (
	"strings"
	"testing"
)

// TestRadioKeepsItsGoal: no more than 1.15 times what a perfect code and a sender
// that knows everything take; and both do what the figures of others say.
func TestRadioKeepsItsGoal(t *testing.T) {
	trials := 60
	if testing.Short() {
		trials = 8
	}
	r, err := Radio(t.Context(), RadioOptions{Trials: trials})
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]float64)
	for _, res := range r.Results {
		values[res.Name] = res.Value
	}
	cases := 0
	for _, res := range r.Results {
		name, ok := strings.CutPrefix(res.Name, "frames/")
		if !ok {
			continue
		}
		cases++
		frames, ideal, sent := res.Value, values["ideal/"+name], values["sent/"+name]
		if ideal == 0 || frames > 1.15*ideal || sent < frames || sent > 1.5*ideal {
			t.Errorf("%s: %v frames, ideally %v, %v sent", name, frames, ideal, sent)
		}
		if needs := values["needs/"+name]; values["needs/"+name+"/bytes"] != 16*needs {
			t.Errorf("%s: %v requests of %v bytes", name, needs, values["needs/"+name+"/bytes"])
		}
	}
	if cases != 36 {
		t.Errorf("%d cases", cases)
	}
	// docs/BENCHMARKS.md says where these come from.
	for name, want := range map[string]float64{"k16/r20/l20": 24.8, "k40/r5/l20": 54.3, "k8/r5/l10": 10.1} {
		if got := values["ideal/"+name]; got < want*0.93 || got > want*1.07 {
			t.Errorf("ideal/%s is %v, elsewhere %v", name, got, want)
		}
	}
}
