package report

import (
	"slices"
	"time"
)

// Figures is what became of some of the messages of a run.
// Copies = Delivered + Impossible + Late + Refused + Ours + Open.
type Figures struct {
	Name     string `json:"name"`
	Messages int    `json:"messages"`

	Copies     int `json:"copies"`    // expected: one for each addressee
	Possible   int `json:"possible"`  // of them by the oracle, within the lifetime; without those left open
	Delivered  int `json:"delivered"` // within the lifetime
	Impossible int `json:"impossible"`
	Late       int `json:"late"`
	Refused    int `json:"refused"`
	Ours       int `json:"ours"`
	Open       int `json:"open"`
	Early      int `json:"early"` // arrived before the oracle thought it possible: by an attacker, or it or the world errs

	DeliveredShare *float64 `json:"delivered_share"` // of possible

	Latency      Spread   `json:"latency"`       // of copies delivered, from writing to arrival
	Earliest     Spread   `json:"earliest"`      // the same of the oracle, of all possible copies
	OverEarliest *float64 `json:"over_earliest"` // median latency by the oracle's median, both of the copies delivered

	Acknowledged      int      `json:"acknowledged"`       // messages of which the sender knew that all have them
	AcknowledgedShare *float64 `json:"acknowledged_share"` // of messages
	FalseFailures     int      `json:"false_failures"`     // all had it, and the sender was told that it failed
	FalseFailureShare *float64 `json:"false_failure_share"`
	FalseAcknowledged int      `json:"false_acknowledged"` // the sender was told that all have it, and one did not
}

// Spread is three percentiles by nearest rank, in seconds.
type Spread struct {
	P50 *float64 `json:"p50_s"`
	P95 *float64 `json:"p95_s"`
	P99 *float64 `json:"p99_s"`
}

// figuresOf counts the messages of a run that count says yes to.
func figuresOf(name string, r *Run, count func(*Message) bool) Figures {
	f := Figures{Name: name}
	var took, earliest, sameEarliest []time.Duration
	complete := 0
	for i := range r.Messages {
		m := &r.Messages[i]
		if !count(m) || r.Partial && m.At > r.Simulated {
			continue // not of this kind, or never written
		}
		f.Messages++
		all := len(m.Copies) > 0 && m.Refused == ""
		for _, c := range m.Copies {
			fate := r.FateOf(m, c)
			f.add(fate, m, c)
			if m.within(c.Possible) {
				earliest = append(earliest, c.Possible-m.At)
			}
			if fate != Delivered {
				all = false
				continue
			}
			took = append(took, c.Arrived-m.At)
			if c.Possible != Never {
				sameEarliest = append(sameEarliest, c.Possible-m.At)
			}
		}
		if all {
			complete++
		}
		f.told(m, all)
	}
	f.Latency, f.Earliest = spreadOf(took), spreadOf(earliest)
	if same := spreadOf(sameEarliest); f.Latency.P50 != nil && same.P50 != nil && *same.P50 > 0 {
		f.OverEarliest = rounded(*f.Latency.P50 / *same.P50)
	}
	f.DeliveredShare = ratio(float64(f.Delivered), f.Possible)
	f.AcknowledgedShare = ratio(float64(f.Acknowledged), f.Messages)
	f.FalseFailureShare = ratio(float64(f.FalseFailures), complete)
	return f
}

func (f *Figures) add(fate Fate, m *Message, c Copy) {
	f.Copies++
	if fate != Open && m.possible(c) {
		f.Possible++
	}
	if c.early() {
		f.Early++
	}
	switch fate {
	case Delivered:
		f.Delivered++
	case Impossible:
		f.Impossible++
	case Late:
		f.Late++
	case Refused:
		f.Refused++
	case Ours:
		f.Ours++
	case Open:
		f.Open++
	}
}

// told counts what the sender was told against what happened; all says that every
// addressee had the message in time.
func (f *Figures) told(m *Message, all bool) {
	if m.Known != Never {
		f.Acknowledged++
		for _, c := range m.Copies {
			if c.Arrived == Never || c.Arrived > m.Known {
				f.FalseAcknowledged++
				break
			}
		}
	}
	if m.Failed && all {
		f.FalseFailures++
	}
}

func spreadOf(d []time.Duration) Spread {
	slices.Sort(d)
	return Spread{percentile(d, 50), percentile(d, 95), percentile(d, 99)}
}

// percentile is by nearest rank of sorted durations: one that occurred.
func percentile(sorted []time.Duration, p int) *float64 {
	if len(sorted) == 0 {
		return nil
	}
	rank := (p*len(sorted) + 99) / 100
	return rounded(sorted[max(rank, 1)-1].Seconds())
}
