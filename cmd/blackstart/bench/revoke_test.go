package bench

import (
	"math"
	"strings"
	"testing"
)

// TestRevokeKeepsItsGoals: the bytes do not depend on the machine, so the goals
// of the design can be held here.
func TestRevokeKeepsItsGoals(t *testing.T) {
	r, err := Revoke(RevokeOptions{Cases: []RevokeCase{{1000, 1}, {1000, 5}, {10000, 10}}, Seed: 1, Rounds: 20})
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]float64)
	for _, res := range r.Results {
		values[res.Name] = res.Value
	}
	for name, goal := range map[string]float64{
		"revoke/bytes": 320, "revoke/bytes-max": 320, "revoke/frames": 2, "revoke/frames-max": 2, "revoke/1000-5/bytes": 800, "revoke/10000-10/bytes": 2000,
	} {
		if v, ok := values[name]; !ok || v > goal || v < goal/4 {
			t.Errorf("%s is %v, goal %v", name, v, goal)
		}
	}
	for _, prefix := range []string{"revoke", "revoke/1000-5", "revoke/10000-10"} {
		frames := values[prefix+"/frames"]
		if bytes := values[prefix+"/bytes"]; frames < math.Floor(bytes/revokeMTU) || frames*revokeMTU < bytes {
			t.Errorf("%s: %v bytes in %v frames of %d", prefix, bytes, frames, revokeMTU)
		}
	}
	if last, mean := values["revoke/after-100/bytes"], values["revoke/after-100/bytes-mean"]; last <= mean || mean <= values["revoke/bytes"] {
		t.Errorf("the hundredth block has %v bytes, their mean is %v, the first has %v", last, mean, values["revoke/bytes"])
	}
	var out strings.Builder
	if err := r.WriteTable(&out); err != nil || !strings.Contains(out.String(), "revoke/open_us") {
		t.Errorf("table: %v\n%s", err, out.String())
	}
}
