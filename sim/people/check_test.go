package people

import (
	"strings"
	"testing"
	"time"
)

func TestRefused(t *testing.T) {
	for want, change := range map[string]func(*Workload, *Source){
		"a run of 0s":                                 func(w *Workload, _ *Source) { w.End = 0 },
		"a run of 9000h0m0s":                          func(w *Workload, _ *Source) { w.End = 9000 * time.Hour },
		`source 0 is called ""`:                       func(_ *Workload, s *Source) { s.Name = "" },
		`source 1 is called "habit": want a name`:     func(w *Workload, s *Source) { w.Sources = append(w.Sources, habit(nil)) },
		`source "habit": every 0s and at 0 given`:     func(_ *Workload, s *Source) { s.Every = 0 },
		"every 1m0s and at 1 given times":             func(_ *Workload, s *Source) { s.At = []time.Duration{0} },
		"every 1µs: want 1ms":                         func(_ *Workload, s *Source) { s.Every = time.Microsecond },
		"given times together with a rhythm":          func(_ *Workload, s *Source) { s.Every, s.At, s.Poisson = 0, []time.Duration{0}, true },
		"at 2h0m0s: want 0 to 1h0m0s":                 func(_ *Workload, s *Source) { s.Every, s.At = 0, []time.Duration{2 * time.Hour} },
		"every 1m0s ± 1m0s: want less":                func(_ *Workload, s *Source) { s.Jitter = time.Minute },
		"together with jitter or in step":             func(_ *Workload, s *Source) { s.Poisson, s.InStep = true, true },
		"from 2m0s to 1m0s":                           func(_ *Workload, s *Source) { s.Begin, s.End = 2*time.Minute, time.Minute },
		"bursts of -1":                                func(_ *Workload, s *Source) { s.Burst = -1 },
		"-1 shares of precedence 2":                   func(_ *Workload, s *Source) { s.Precedence[2] = -1 },
		"no share of any precedence":                  func(_ *Workload, s *Source) { s.Precedence[3] = 0 },
		"20 to 10 bytes":                              func(_ *Workload, s *Source) { s.Bytes = Range{20, 10} },
		"1 to 1048577 bytes: want them in order":      func(_ *Workload, s *Source) { s.Bytes = Range{1, 1<<20 + 1} },
		"surge 0: node 20: want 0 to 19":              func(w *Workload, _ *Source) { w.Surges = []Surge{{End: 1, From: []int{20}}} },
		"a lifetime of -1s":                           func(_ *Workload, s *Source) { s.Lifetime[0] = -time.Second },
		"0 writers and 1 shares":                      func(_ *Workload, s *Source) { s.From = nil },
		"10 writers and 0 shares":                     func(_ *Workload, s *Source) { s.To = nil },
		"node 20: want 0 to 19":                       func(_ *Workload, s *Source) { s.From = []int{20} },
		"node 3 is listed twice":                      func(_ *Workload, s *Source) { s.From = []int{3, 3} },
		"node -1: want 0 to 19":                       func(_ *Workload, s *Source) { s.To = []Share{{Of: 1, To: []int{-1}}} },
		"0 shares of addressees 0":                    func(_ *Workload, s *Source) { s.To[0].Of = 0 },
		"addressees 0 are [3]: want another than":     func(_ *Workload, s *Source) { s.To[0].To = []int{3} },
		"addressees 0 are []":                         func(_ *Workload, s *Source) { s.To[0].To = []int{} },
		"everyone and the same each time":             func(_ *Workload, s *Source) { s.To[0].Same = true },
		"surge 0: 20000 %":                            func(w *Workload, _ *Source) { w.Surges = []Surge{{End: 1, Percent: 20_000}} },
		"surge 0: 0 % from 2s to 1s":                  func(w *Workload, _ *Source) { w.Surges = []Surge{{Begin: 2e9, End: 1e9}} },
		`surge 0: is of source "habbit", which there`: func(w *Workload, _ *Source) { w.Surges = []Surge{{End: 1, Sources: []string{"habbit"}}} },
		"surge 1: overlaps with surge 0 from 1s to 2s": func(w *Workload, _ *Source) {
			w.Surges = []Surge{{End: 2e9}, {Begin: 1e9, End: 3e9, Sources: []string{"habit"}}}
		},
		"more than 1048576 messages by source \"habit\"": func(_ *Workload, s *Source) { s.Every = time.Millisecond },
	} {
		w := Workload{Nodes: 20, End: time.Hour, Sources: []Source{habit(nil)}}
		change(&w, &w.Sources[0])
		if _, err := w.Write(luckOf(1)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
