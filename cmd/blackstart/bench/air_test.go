package bench

import (
	"math"
	"strings"
	"testing"
)

// TestAirIsAddedUp holds the parts of each figure against the figure, and the
// figures against the ledger of docs/spec/frame.md.
func TestAirIsAddedUp(t *testing.T) {
	r, err := Air("")
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]float64)
	for _, res := range r.Results {
		values[res.Name] = res.Value
	}
	for _, name := range []string{"group/60", "group-signed/60", "direct/60", "group/200"} {
		parts := 0.0
		for _, part := range []string{"header", "tags", "signature", "text"} {
			parts += values[name+"/"+part]
		}
		if values[name] == 0 || parts != values[name] {
			t.Errorf("%s is %v, its parts %v", name, values[name], parts)
		}
		exchange := 0.0
		for other, v := range values { // order: a sum
			if strings.HasPrefix(other, name+"/exchange/") {
				exchange += v
			}
		}
		if exchange <= values[name] || math.Abs(exchange-values[name+"/exchange"]) > 1e-6 {
			t.Errorf("exchange of %s is %v, its parts %v", name, values[name+"/exchange"], exchange)
		}
	}
	for name, want := range map[string]float64{
		"group/20": 47, "group/60": 87, "group/60/plain": 87, "group-signed/60": 151, "direct/60": 89, "receipt": 24,
		"hello": 18, "accept": 26, "keyhello": 20, "keypart/max": 220, "head/max": 128,
	} {
		if values[name] != want {
			t.Errorf("%s is %v, the ledger says %v", name, values[name], want)
		}
	}
	var out strings.Builder
	if err := r.WriteTable(&out); err != nil || !strings.Contains(out.String(), "group-signed/60") {
		t.Errorf("table: %v\n%s", err, out.String())
	}
}
