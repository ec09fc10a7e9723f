package bench

import (
	"strings"
	"testing"
)

// TestAirIsAddedUp holds the parts of each figure against the figure.
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
	}
	if values["receipt"] == 0 || values["group/60/exchange"] <= values["group/60"] {
		t.Errorf("receipt %v, exchange %v", values["receipt"], values["group/60/exchange"])
	}
	var out strings.Builder
	if err := r.WriteTable(&out); err != nil || !strings.Contains(out.String(), "group-signed/60") {
		t.Errorf("table: %v\n%s", err, out.String())
	}
}
