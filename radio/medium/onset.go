package medium

// onset decides under the rule Onset, once, when a frame arrives: pair by pair, between
// it and each frame that is on the air then for longer than the newcomer's Mode.Lead.
// A frame that is lost on arrival is as if it had never been there for those to come.
func (m *Medium) onset(s *station, in *reception) {
	if in.fate == weak {
		in.harm = forgotten
		return
	}
	a, lost := m.air, false
	for k := range len(s.incoming) - 1 { // the last is the newcomer
		o := &s.incoming[k]
		mode, other := m.txs[in.tx].mode, m.txs[o.tx].mode
		if o.harm == forgotten || m.txs[in.tx].counts >= m.txs[o.tx].ends.Add(m.cfg.Delay) {
			continue
		}
		if o.milliwatt*a.weight[mode][other] > in.milliwatt*slack {
			lost = true
		}
		if in.milliwatt*a.weight[other][mode] > o.milliwatt*slack {
			o.spoil(collided)
		}
	}
	if lost {
		in.spoil(collided)
		in.harm = forgotten
	}
}

// forgotten is the harm of a reception that disturbs no later one under the rule Onset.
const forgotten = -1
