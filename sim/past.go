package sim

import (
	"cmp"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/oracle"
)

// past is what the oracle has to know of a run: which nodes had no power when, whose
// device was away, and who was cut off from whom. A node that is down for lack of room on its disk is not among
// them: another protocol would be up.
type past struct {
	outages []oracle.Outage
	cuts    map[link][]away // by pair
	pulled  map[plug][]away
	open    map[int]int // by node: the place of its last outage, until that is over
}

// plug is where a node's device is: on a channel or LAN, by the number of its edges' kind.
type plug struct{ kind, node int }

// away is a time during which something is not there.
type away struct{ begin, end time.Duration }

func newPast() past {
	return past{cuts: make(map[link][]away), pulled: make(map[plug][]away), open: make(map[int]int)}
}

// noted returns times with one more that begins, or with the last one ended.
func noted(list []away, now time.Duration, gone bool) []away {
	open := len(list) > 0 && list[len(list)-1].end == oracle.Forever
	switch {
	case gone && !open:
		list = append(list, away{now, oracle.Forever})
	case !gone && open:
		list[len(list)-1].end = now
	}
	return list
}

// lost notes that a node has no power.
func (p *past) lost(node int, now time.Duration) {
	if _, ok := p.open[node]; !ok {
		p.open[node] = len(p.outages)
		p.outages = append(p.outages, oracle.Outage{Node: node, Begin: now, End: oracle.Forever})
	}
}

// regained notes that it has.
func (p *past) regained(node int, now time.Duration) {
	if i, ok := p.open[node]; ok {
		p.outages[i].End = now
		delete(p.open, node)
	}
}

// parted notes that two nodes are cut off from each other, or no longer.
func (p *past) parted(pair link, now time.Duration, cut bool) {
	p.cuts[pair] = noted(p.cuts[pair], now, cut)
}

// unplugged notes whether a node's device is away.
func (w *World) unplugged(h *host, p *port, gone bool) {
	at := plug{node: h.index}
	if p.lan == nil {
		at.kind = p.channel.index
	} else {
		at.kind = len(w.channels) + p.lan.index
		gone = gone || p.lan.out[h.index] > 0
	}
	if list := noted(w.past.pulled[at], w.Now(), gone || p.pulled > 0); len(list) > 0 {
		w.past.pulled[at] = list
	}
}

// within returns what of a time is left when all has arrived that was under way as it
// began, and before anything leaves that arrives when it has ended; false if nothing is.
func (a away) within(s slack) (away, bool) {
	if a.begin += s.frame; a.end < oracle.Forever {
		a.end -= s.delay
	}
	return a, a.begin < a.end
}

// slack is the longest that a frame can be under way, and that its beginning can be on
// a radio channel, where it is heard by those who are there when it comes.
type slack struct{ frame, delay time.Duration }

func (w *World) slack() (s slack) {
	for _, c := range w.channels {
		s.delay = max(s.delay, c.about.Radio.Delay)
		s.frame = max(s.frame, c.medium.Airtime(0, c.about.MTU)+c.about.Radio.Delay)
	}
	for _, l := range w.lans {
		s.frame = max(s.frame, l.took(l.about.MTU)+l.about.Delay[1])
	}
	return s
}

// outages are those of the past in which surely nothing came or went.
func (w *World) outages(s slack) (out []oracle.Outage) {
	for _, o := range w.past.outages {
		if a, ok := (away{o.Begin, o.End}).within(s); ok {
			out = append(out, oracle.Outage{Node: o.Node, Begin: a.begin, End: a.end})
		}
	}
	return out
}

// apart takes from edges the times at which their ends were cut off from each other, or
// one of them had no device.
func (w *World) apart(edges []oracle.Edge, s slack) []oracle.Edge {
	if len(w.past.cuts)+len(w.past.pulled) == 0 {
		return edges
	}
	var out []oracle.Edge
	for _, e := range edges {
		cuts := slices.Concat(w.past.cuts[pairOf(e.From, e.To)], w.past.pulled[plug{e.Kind, e.From}], w.past.pulled[plug{e.Kind, e.To}])
		slices.SortFunc(cuts, func(a, b away) int { return cmp.Compare(a.begin, b.begin) })
		for _, cut := range cuts {
			a, ok := cut.within(s)
			if !ok || a.end <= e.Begin || a.begin >= e.End {
				continue
			}
			if e.Begin < a.begin {
				before := e
				before.End = a.begin
				out = append(out, before)
			}
			e.Begin = max(e.Begin, a.end)
		}
		if e.Begin < e.End {
			out = append(out, e)
		}
	}
	return out
}
