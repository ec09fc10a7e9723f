package sim

import (
	"time"
)

// CrashSoon has a node crash before one of the next effects that it would
// carry out: after spare more of them. It starts again after down; 0 means
// that somebody else will start it.
func (w *World) CrashSoon(index, spare int, down time.Duration) {
	h := w.hosts[index]
	if h.running() {
		h.doomed, h.spare, h.down = true, spare, down
	}
}

// Cut breaks every link between two nodes, both ways. What is on the air arrives
// nevertheless; what is under way on a LAN is lost.
func (w *World) Cut(a, b int) { w.setCut(a, b, true) }

// Mend undoes Cut.
func (w *World) Mend(a, b int) { w.setCut(a, b, false) }

func (w *World) isCut(a, b int) bool { return w.cut[[2]int{min(a, b), max(a, b)}] }

func (w *World) setCut(a, b int, cut bool) {
	if w.isCut(a, b) == cut {
		return
	}
	w.cut[[2]int{min(a, b), max(a, b)}] = cut
	w.past.parted(pairOf(a, b), w.Now(), cut)
	w.story.note(w.now, a, "cut", nil, [2]int{b + 1, 0})
	for _, c := range w.channels {
		w.cutPaths(c, a, b, cut)
	}
	for _, l := range w.lans {
		w.settle(l, a, b)
	}
}

// Heal ends all faults: every link works, every node runs or starts, nothing
// is lost, flipped, repeated or refused any more.
func (w *World) Heal() {
	w.Faults = Faults{}
	w.endAll()
	for a := range w.hosts {
		for b := range a {
			w.Mend(b, a)
		}
		w.hosts[a].doomed = false
		w.Start(a)
	}
}

// faults are those of the world and of its incidents together.
func (w *World) faults() Faults {
	f, more := w.Faults, w.worse
	f.Loss += more.Loss
	f.Flip += more.Flip
	f.Duplicate += more.Duplicate
	f.Reorder += more.Reorder
	f.Replay += more.Replay
	f.CommitFail += more.CommitFail
	return f
}

// Plague spreads the faults of nodes and links over a stretch of time that
// begins now.
type Plague struct {
	For     time.Duration
	Crashes int              // of each node, each between two effects
	Down    [2]time.Duration // how long a node stays down
	Cuts    int              // in all: a link between two nodes that hear each other
	CutFor  [2]time.Duration
	Unplugs int // in all: a node's link loses its device
}

// Spread puts a plague's events into the timeline. When it is over, Heal has
// to be called.
func (w *World) Spread(p Plague) {
	for i := range w.hosts {
		luck := source(w.opts.Seed, "plague", i)
		for range p.Crashes {
			at := time.Duration(luck.Int64N(int64(p.For)))
			w.after(at, event{kind: evCrash, node: i, n: luck.IntN(6), span: between(luck.Int64N, p.Down)})
		}
	}
	luck := source(w.opts.Seed, "cuts", 0)
	pairs := w.pairs()
	for range p.Cuts {
		if len(pairs) == 0 {
			break
		}
		pair := pairs[luck.IntN(len(pairs))]
		at := time.Duration(luck.Int64N(int64(p.For)))
		w.after(at, event{kind: evCut, node: pair[0], other: pair[1]})
		w.after(at+between(luck.Int64N, p.CutFor), event{kind: evMend, node: pair[0], other: pair[1]})
	}
	for range p.Unplugs {
		h := w.hosts[luck.IntN(len(w.hosts))]
		if len(h.ports) == 0 {
			continue
		}
		link := luck.IntN(len(h.ports))
		w.after(time.Duration(luck.Int64N(int64(p.For))),
			event{kind: evUnplug, node: h.index, link: link, span: between(luck.Int64N, p.Down)})
	}
}

func between(draw func(int64) int64, span [2]time.Duration) time.Duration {
	if span[1] <= span[0] {
		return span[0]
	}
	return span[0] + time.Duration(draw(int64(span[1]-span[0])))
}

// pairs returns every two nodes that have a link.
func (w *World) pairs() (out [][2]int) {
	for _, c := range w.channels {
		out = append(out, c.about.Pairs...)
		for _, p := range c.about.Paths {
			if p.From < p.To {
				out = append(out, [2]int{p.From, p.To})
			}
		}
	}
	for _, l := range w.lans {
		for i, a := range l.about.Nodes {
			for _, b := range l.about.Nodes[:i] {
				out = append(out, [2]int{b, a})
			}
		}
	}
	return out
}
