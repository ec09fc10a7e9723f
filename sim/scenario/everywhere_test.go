package scenario

import (
	"fmt"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/elsewhere"
)

// hashes runs the beginning of scenarios, and says what their hashes are: places,
// terrain, walks and people are drawn with everything that mathematics has.
func hashes(t *testing.T) (lines []string) {
	for _, run := range []struct {
		scenario  string
		protocols []string
		lasts     time.Duration
	}{
		{"cell", []string{Blackstart, "flood", "meshcore"}, 12 * time.Minute},
		{"couriers", []string{"flood"}, 10 * time.Minute},
		{"trace", []string{"epidemic", "spray", "direct"}, 30 * time.Minute},
	} {
		s, err := Open(run.scenario)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range run.protocols {
			r, err := s.Run(How{Protocol: p, Seed: 3, Lasts: run.lasts})
			if err != nil || r.Events == 0 || len(r.Violations) > 0 {
				t.Fatalf("%s with %s: %v, %d events, %q", run.scenario, p, err, r.Events, r.Violations)
			}
			lines = append(lines, fmt.Sprintf("hash of %s with %s: %d events, %s", run.scenario, p, r.Events, r.Hash))
		}
	}
	return lines
}

func TestHashes(t *testing.T) {
	for _, l := range hashes(t) {
		t.Log(l)
	}
}

// TestSameHashEverywhere: on other processors it is the same run.
func TestSameHashEverywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	elsewhere.Same(t, "TestHashes", hashes(t))
}
