package simulate

import (
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/scenario"
)

const pair = `
name: pair
story: Two stations talk.
lasts: 10 min
area: 1 km x 1 km
nodes:
  - {name: pair, count: 2, radios: lora}
radios:
  - {name: lora, kind: lora, power: 22 dBm}
people:
  - {who: pair, to: everyone, every: 1 min}
expect:
  - {delivered: 1 %}
`

func plan(t *testing.T, text string, protocols ...string) *Plan {
	t.Helper()
	s, err := scenario.Parse("pair.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Plan{Scenario: s, Protocols: protocols, Seeds: []uint64{3, 4}, Version: "v0"}
}

func TestJobsAreByProtocolAndSeed(t *testing.T) {
	jobs, workers, err := plan(t, pair, "flood", "blackstart").Jobs()
	if err != nil || workers < 1 {
		t.Fatal(workers, err)
	}
	var names []string
	for _, j := range jobs {
		names = append(names, j.Name)
	}
	if got := strings.Join(names, "; "); got != "pair, flood, seed 3; pair, flood, seed 4; pair, blackstart, seed 3; pair, blackstart, seed 4" {
		t.Error(got)
	}
	runs, err := Do(t.Context(), jobs, workers, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range runs {
		if !strings.HasSuffix(jobs[i].Name, r.Protocol+", seed "+string('0'+rune(r.Seed))) || r.Version != "v0" || r.Story == "" || r.Partial {
			t.Errorf("%s came out as %s, seed %d, version %q, story %q", jobs[i].Name, r.Protocol, r.Seed, r.Version, r.Story)
		}
		if r.Protocol == "flood" && r.About == "" {
			t.Error("nobody says whose rules flood follows")
		}
	}
}

// What was broken off is not held to what is expected of the whole.
func TestAPartialRunIsNotJudged(t *testing.T) {
	jobs, _, err := plan(t, pair, "flood", "blackstart").Jobs()
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		r, err := j.Run(func(now time.Duration) bool { return now > 5*time.Minute })
		if err != nil || !r.Partial || len(r.Expectations) != 0 || r.Simulated < 5*time.Minute || r.Simulated > 7*time.Minute {
			t.Errorf("%s: partial %v at %v, %v, %v", j.Name, r.Partial, r.Simulated, r.Expectations, err)
		}
		r, err = j.Run(func(time.Duration) bool { return false })
		if judged := len(r.Expectations) > 0; err != nil || r.Partial || judged != (r.Protocol == "blackstart") {
			t.Errorf("%s: %+v, %v", j.Name, r.Expectations, err)
		}
	}
}

func TestProtocolsThatAreNone(t *testing.T) {
	for _, c := range []struct{ names, want string }{
		{"flod", `did you mean "flood"`}, {"blackstrat", `did you mean "blackstart"`}, {"flood,flood", "named twice"}, {"", `no protocol ""`},
	} {
		if _, _, err := plan(t, pair, strings.Split(c.names, ",")...).Jobs(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.names, err)
		}
	}
}

// As many runs go side by side as memory has room for; none, and the plan is refused.
func TestWorkersFitIntoMemory(t *testing.T) {
	p := plan(t, pair, "blackstart")
	one := int64(0)
	for _, part := range p.Scenario.Parts("blackstart") {
		one += part.Bytes
	}
	for _, c := range []struct {
		memory        int64
		workers, want int
		fits          bool
	}{{10 * one, 4, 4, true}, {3 * one, 4, 3, true}, {3*one - 1, 4, 2, true}, {one, 4, 1, true}, {one - 1, 4, 1, false}} {
		got, err := p.fits("blackstart", c.workers, c.memory)
		if got != c.want || (err == nil) != c.fits {
			t.Errorf("%d workers in %d bytes: %d, %v; want %d", c.workers, c.memory, got, err, c.want)
		}
	}
	if memory() < 64<<20 {
		t.Errorf("%d bytes of memory", memory())
	}
}
