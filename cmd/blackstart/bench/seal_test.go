package bench

import (
	"strings"
	"testing"
	"time"
)

// TestSealMeasuresWhatItNames: every figure is there, above zero and not absurd.
// Speed is not asserted.
func TestSealMeasuresWhatItNames(t *testing.T) {
	r, err := Seal(PaceOptions{Rounds: 1, Round: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]float64)
	for _, res := range r.Results {
		values[res.Name] = res.Value
	}
	for _, name := range []string{"seal/per_s", "open/per_s", "pair_open/per_s", "sign/per_s", "verify/per_s",
		"first_of_day_us", "first_of_pair_us", "block_verify_us", "outsider_frame_us"} {
		for _, name := range []string{name, name + "-wall"} {
			if v := values[name]; v <= 0 || v > 1e9 {
				t.Errorf("%s is %v", name, v)
			}
		}
	}
	var out strings.Builder
	if err := r.WriteTable(&out); err != nil || !strings.Contains(out.String(), "outsider_frame_us") {
		t.Errorf("table: %v\n%s", err, out.String())
	}
}
