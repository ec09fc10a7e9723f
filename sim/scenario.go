package sim

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// Scenario is a run in two phases: first safety under faults, then liveness
// after healing.
type Scenario struct {
	Options
	Traffic []Message
	Faults  Faults
	Plague  Plague        // Plague.For is how long the first phase lasts
	Heal    time.Duration // how long the second may last; 0: there is none
	Groups  bool          // the senders of group messages have to know, too
}

// Report is what came of a Scenario.
type Report struct {
	Seed       uint64
	Hash       [sha256.Size]byte
	Events     uint64
	Took       time.Duration // simulated
	Healed     time.Duration // of it, after healing
	Accepted   int
	Refused    int
	Crashed    int // nodes that crashed at least once
	Violations []string
	Missing    []string // what had not arrived when the time was up
	Air        []medium.Stats
	Outcomes   []mesh.Counter // of the nodes' last lives, summed
	Result     report.Run
	Trace      []string // only if something was wrong
}

// OK reports whether nothing was wrong.
func (r *Report) OK() bool { return len(r.Violations)+len(r.Missing) == 0 }

// Run runs a scenario.
func Run(s Scenario) (*Report, error) {
	w, err := New(s.Options)
	if err != nil {
		return nil, err
	}
	w.Faults = s.Faults
	for _, m := range s.Traffic {
		w.Submit(m)
	}
	w.Spread(s.Plague)
	for t := checkEvery; t < s.Plague.For; t += checkEvery {
		w.after(t, event{kind: evAdmit})
	}
	w.RunFor(s.Plague.For)
	r, healed := &Report{Seed: s.Seed}, w.Now()
	if !w.stop {
		w.checkStores()
	}
	if !w.stop && s.Heal > 0 {
		w.Heal()
		if !w.RunUntil(s.Heal, func() bool { return w.Complete(s.Groups) }) && !w.stop {
			r.Missing = w.Missing(s.Groups)
		}
	}
	if !w.stop {
		w.checkStores()
	}
	r.Hash, r.Events, r.Took, r.Healed = w.Hash(), w.Events(), w.Now(), w.Now()-healed
	r.Result = w.Result()
	r.Violations = w.Violations()
	for _, m := range w.traffic {
		if m.accepted {
			r.Accepted++
		}
	}
	r.Refused = w.Refusals()
	for _, h := range w.hosts {
		if h.crashes > 0 {
			r.Crashed++
		}
	}
	for i := range w.channels {
		r.Air = append(r.Air, w.Air(i))
	}
	r.Outcomes = w.Outcomes()
	if !r.OK() {
		r.Trace = w.Trace()
	}
	return r, nil
}

// String says in a few lines what came of it.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %d events in %v (%v after healing), %d accepted, %d refused, %d nodes crashed, hash %x\n",
		r.Seed, r.Events, r.Took, r.Healed, r.Accepted, r.Refused, r.Crashed, r.Hash[:8])
	for i, a := range r.Air {
		fmt.Fprintf(&b, "channel %d: %+v\n", i, a)
	}
	for _, v := range r.Violations {
		fmt.Fprintf(&b, "WRONG %s\n", v)
	}
	for _, m := range r.Missing {
		fmt.Fprintf(&b, "MISSING %s\n", m)
	}
	return b.String()
}
