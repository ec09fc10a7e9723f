package medium

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// air is a Receiver made ready: powers in thousandths of a dB where they are
// compared, in milliwatt where they are added.
type air struct {
	noise   int32
	detect  int32
	summing Summing
	locked  bool
	ownOnly bool
	modes   [MaxModes]readyMode
	fades   []fade // nil without fading
	weight  [MaxModes][MaxModes]float64
}

type readyMode struct {
	sensitivity int32
	lead        time.Duration
	sense       time.Duration
	onAir       func(n int) time.Duration
}

func newAir(c Config) *air {
	r := c.Receiver
	a := &air{noise: thousandths(r.Noise), detect: thousandths(r.Detect), summing: r.Summing,
		locked: r.Locked, ownOnly: r.OwnOnly}
	for i, m := range r.Modes {
		ready := readyMode{sensitivity: thousandths(m.Sensitivity), lead: m.Lead, sense: m.Sense, onAir: m.OnAir}
		if ready.sense == 0 {
			ready.sense = c.Sense
		}
		if ready.onAir == nil {
			ready.onAir = c.Airtime
		}
		a.modes[i] = ready
		for k, o := range r.Modes {
			switch {
			case i == k:
				a.weight[i][k] = milliwatt(thousandths(r.Capture))
			case r.Rejection != nil:
				a.weight[i][k] = milliwatt(thousandths(r.Rejection(m.SF, o.SF)))
			}
		}
	}
	if r.Fading > 0 {
		a.fades = fadesOf(r.Fading)
	}
	return a
}

// meet lets a frame arrive at a station.
func (a *air) meet(s *station, tx *transmission, in *reception) {
	if a.fades != nil {
		f := &a.fades[mix(s.luck^tx.luck)>>(64-fadeBits)]
		in.power += f.power
		in.milliwatt *= f.factor
	}
	switch {
	case tx.jam || tx.mode != s.mode:
		in.fate = foreign
	case s.off:
		in.fate = unheard
	case in.power < a.modes[s.mode].sensitivity:
		in.fate = weak
	case s.sending != nothing:
		in.fate = deaf
	case a.locked && s.locked != nothing:
		in.fate = collided
	default:
		s.locked = in.tx
	}
}

// overlap accounts for what a reception that leaves did to those that stay, and
// they to it. Each pair is looked at once, when the first of both ends.
func (m *Medium) overlap(now clock.Instant, s *station, leaving int) {
	switch m.air.summing {
	case Peak:
		m.peak(now, s)
		return
	case Onset: // decided when they arrived
		return
	}
	l := &s.incoming[leaving]
	for k := range s.incoming {
		if k != leaving {
			o := &s.incoming[k]
			m.disturb(now, l, o)
			m.disturb(now, o, l)
		}
	}
}

// disturb adds what a reception suffered from another until now.
func (m *Medium) disturb(now clock.Instant, r, by *reception) {
	if r.fate != whole {
		return
	}
	own, other := &m.txs[r.tx], &m.txs[by.tx]
	from := max(own.counts, other.since)
	if from >= now {
		return
	}
	harm := by.milliwatt * m.air.weight[own.mode][other.mode]
	if m.air.summing == Single {
		r.harm = max(r.harm, harm)
		return
	}
	// Never fused with the multiplications: bits are the same on every machine.
	r.harm += float64(float64(harm) * float64(now.Sub(from)))
}

// peak notes the interference just before now. Between two ends it only grows,
// so that is where it is greatest.
func (m *Medium) peak(now clock.Instant, s *station) {
	for k := range s.incoming {
		r := &s.incoming[k]
		own := &m.txs[r.tx]
		if r.fate != whole || own.counts >= now {
			continue
		}
		sum := 0.0
		for j := range s.incoming {
			by := &s.incoming[j]
			if other := &m.txs[by.tx]; j != k && other.since < now {
				sum += float64(by.milliwatt * m.air.weight[own.mode][other.mode])
			}
		}
		r.harm = max(r.harm, sum)
	}
}

// slack is what a frame may be below its interference for rounding: a frame that is
// above it by exactly the margin is received.
const slack = 1 + 1e-9

// drowned reports whether a reception that ends now lost against interference.
func (a *air) drowned(now clock.Instant, tx *transmission, r *reception) bool {
	own := r.milliwatt * slack
	if a.summing == Energy {
		own *= float64(max(0, now.Sub(tx.counts)))
	}
	return r.harm > own
}

// detects reports whether a station notices a carrier once it has lasted a while.
func (m *Medium) detects(s *station, in *reception) bool {
	a := m.air
	if a == nil {
		return true
	}
	return in.power >= a.modes[s.mode].sensitivity-a.detect && (!a.ownOnly || m.txs[in.tx].mode == s.mode)
}

// sense is how long a carrier lasts before a station notices it.
func (m *Medium) sense(s *station) time.Duration {
	if m.air == nil {
		return m.cfg.Sense
	}
	return m.air.modes[s.mode].sense
}
