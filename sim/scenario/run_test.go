package scenario

import (
	"strings"
	"testing"
	"time"
)

// TestBuiltinRuns runs the first minutes of every scenario that is part of the program,
// with the flood of others and with real nodes.
func TestBuiltinRuns(t *testing.T) {
	for _, name := range Builtin() {
		if testing.Short() && strings.HasPrefix(name, "county") {
			continue // a thousand nodes
		}
		for _, protocol := range []string{"flood", Blackstart} {
			t.Run(name+" "+protocol, func(t *testing.T) {
				s, err := Open(name)
				if err != nil {
					t.Fatal(err)
				}
				r, err := s.Run(How{Protocol: protocol, Seed: s.Seed, Lasts: short(s, protocol)})
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range r.Violations {
					t.Error(v)
				}
				want := 0
				for _, c := range r.Channels {
					if c.Allowed > 0 {
						want++
					}
				}
				for i := range s.Expect {
					if e := &s.Expect[i]; e.Protocol == protocol {
						want += len(e.judge(s, &r))
					}
				}
				if len(r.Expectations) != want {
					t.Errorf("%d things were expected, of %d", len(r.Expectations), want)
				}
				if r.Scenario != name || r.Protocol != protocol || r.Nodes != s.Count() || r.Hash == "" {
					t.Errorf("%+v", r)
				}
			})
		}
	}
}

// short is a time that takes no more than a few seconds: the more nodes, the less of it.
func short(s *Scenario, protocol string) time.Duration {
	d := time.Hour
	if protocol == Blackstart {
		d = time.Hour / time.Duration(2*s.Count())
	}
	return max(30*time.Second, min(d, 10*time.Minute))
}

// TestEveryKeyRuns: a file with every key, and all the files that it names, makes a run
// of its first minutes.
func TestEveryKeyRuns(t *testing.T) {
	s, err := Open("testdata/whole.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, protocol := range []string{"spray", Blackstart} {
		r, err := s.Run(How{Protocol: protocol, Seed: s.Seed, Lasts: 10 * time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Messages) != 1 || r.Messages[0].From != 0 || r.Messages[0].Bytes != 100 || r.Messages[0].Lifetime != 200*time.Minute || len(r.Violations) > 0 {
			t.Errorf("%s: %+v %v", protocol, r.Messages, r.Violations)
		}
	}
}
