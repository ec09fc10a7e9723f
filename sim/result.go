package sim

import (
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/oracle"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// Result says what came of the run so far, with what could have come of it at best. A
// message that came before anything could have brought it is a violation: of the world,
// unless an attacker carried it. The caller knows the program's version and what time
// it took, and the name of the scenario.
func (w *World) Result() report.Run {
	if !w.stop {
		w.checkStores()
	}
	r := report.Run{
		Protocol: w.protocol(), Seed: w.opts.Seed, Events: w.Events(), Nodes: w.opts.Nodes,
		Simulated: w.Now(), Partial: w.halted,
	}
	if w.opts.Protocol != nil {
		r.About = w.opts.Protocol.Source()
	}
	hash := w.Hash()
	r.Hash = hex.EncodeToString(hash[:])
	best, err := w.oracle()
	if err != nil {
		panic(fmt.Sprintf("internal error: %v", err))
	}
	for n, s := range w.traffic {
		r.Messages = append(r.Messages, w.outcome(n, s, best))
	}
	for _, c := range w.channels {
		r.Channels = append(r.Channels, c.sum())
	}
	for _, l := range w.lans {
		r.Channels = append(r.Channels, l.sum())
	}
	r.Violations = w.Violations()
	return r
}

func (w *World) protocol() string {
	if w.opts.Protocol != nil {
		return w.opts.Protocol.Name()
	}
	return "blackstart"
}

// outcome is what became of one message, and what could have.
func (w *World) outcome(n int, s *sent, best *oracle.Oracle) report.Message {
	m := report.Message{
		N: n, From: s.From, Group: s.To.Node == 0, Precedence: s.Precedence.String(), Bytes: s.size(),
		At: time.Duration(s.due), Lifetime: s.lifetime(), Known: report.Never, Failed: s.failed,
	}
	if s.refused != nil {
		m.Refused = s.refused.Error()
	}
	if s.knows != notYet {
		m.Known = time.Duration(s.knows)
	}
	// What could have come after the end of the run is nobody's loss.
	q := oracle.Search{From: s.From, At: m.At, Until: min(m.At+m.Lifetime, w.Now()), Took: w.took(s)}
	possible := func(to int) time.Duration { return best.One(q, to) }
	if m.Group {
		all := best.All(q)
		possible = func(to int) time.Duration { return all[to] }
	}
	for place, at := range s.came {
		to := place
		if !m.Group {
			to = int(s.To.Node) - 1
		} else if to == s.From {
			continue
		}
		c := report.Copy{To: to, Possible: possible(to), Arrived: report.Never}
		if at != notYet {
			c.Arrived = time.Duration(at)
		}
		v := oracle.Judge(c.Possible, c.Arrived, q.Until)
		if text := v.Violation(n, to, c.Possible, c.Arrived); text != "" && !w.carried() && len(w.violations) < maxViolations {
			w.violations = append(w.violations, text)
		}
		m.Copies = append(m.Copies, c)
	}
	return m
}

// carried reports whether somebody may have carried frames where no path leads: an
// attacker, a copied machine, or a fault that replays them anywhere.
func (w *World) carried() bool { return len(w.enemies)+len(w.copied)+len(w.recorded) > 0 }

// size is how many bytes a user wrote.
func (s *sent) size() int {
	if s.Bytes > 0 {
		return s.Bytes
	}
	return len(s.Text)
}

func (s *sent) lifetime() time.Duration {
	if s.Lifetime > 0 {
		return s.Lifetime
	}
	return bundle.DefaultLifetime(s.Precedence)
}

// took is how long one transmission of a message takes at least, by kind of link: the
// channels, then the LANs. A long message travels in pieces, which may be passed on
// before the last has come.
func (w *World) took(s *sent) (out []time.Duration) {
	for _, c := range w.channels {
		out = append(out, c.medium.Airtime(0, max(1, min(s.size(), c.about.MTU))))
	}
	for _, l := range w.lans {
		n := max(1, min(s.size(), l.about.MTU-l.about.Uncharged)) + l.about.Uncharged
		out = append(out, max(0, l.took(n)-l.about.Step)) // a step may begin before the frame does
	}
	return out
}

// oracle makes the edges of the best that could happen: all paths, when they are there
// and both ends have power and are not cut off, whatever is lost or out of order.
func (w *World) oracle() (*oracle.Oracle, error) {
	var edges []oracle.Edge
	for i, c := range w.channels {
		edges = append(edges, c.edges(i)...)
	}
	for i, l := range w.lans {
		edges = append(edges, l.edges(len(w.channels)+i)...)
	}
	return oracle.New(len(w.hosts), w.apart(edges, w.slack()), w.outages(w.slack()))
}

// edges are a channel's paths with the times of their changes.
func (c *channel) edges(kind int) (out []oracle.Edge) {
	began := make(map[link]time.Duration)
	begin := func(l link, at time.Duration) {
		if _, ok := began[l]; !ok {
			began[l] = at
		}
	}
	end := func(l link, at time.Duration) {
		if from, ok := began[l]; ok {
			out = append(out, oracle.Edge{From: l.from, To: l.to, Begin: from, End: at, Took: c.about.Radio.Delay, Kind: kind})
			delete(began, l)
		}
	}
	for _, pair := range c.about.Pairs {
		begin(link{pair[0], pair[1]}, 0)
		begin(link{pair[1], pair[0]}, 0)
	}
	for _, p := range c.about.Paths {
		if c.mayHear(p) {
			begin(link{p.From, p.To}, 0)
		}
	}
	changes := slices.Clone(c.about.Changes)
	sortChanges(changes)
	for _, ch := range changes {
		if l := (link{ch.Path.From, ch.Path.To}); ch.Gone || !c.mayHear(ch.Path) {
			// What is on the air when a path ends arrives nevertheless.
			end(l, ch.At+c.about.Radio.Airtime(c.about.MTU)+c.about.Radio.Delay)
		} else {
			begin(l, max(0, ch.At-c.about.Radio.Delay)) // it is heard by those who are there when it comes
		}
	}
	for l := range began { // order: the oracle sorts its edges
		end(l, oracle.Forever)
	}
	return out
}

// mayHear reports whether a path may carry a frame, be it with luck.
func (c *channel) mayHear(p Path) bool {
	r := c.about.Radio.Receiver
	if r == nil {
		return p.Loss < 1
	}
	return p.Loss < 1 && p.Power+float64(luckiest*r.Fading) >= r.Modes[0].Sensitivity
}

// edges are the connections of a LAN, as its schedule has them.
func (l *lan) edges(kind int) (out []oracle.Edge) {
	var list []contact.Change
	if !l.about.Traced {
		for i, a := range l.hosts {
			for _, b := range l.hosts[:i] {
				list = append(list, contact.Change{A: min(a.index, b.index), B: max(a.index, b.index), Up: true})
			}
		}
	}
	list = append(list, l.schedule()...)
	up := make(map[link]bool)
	list = slices.DeleteFunc(list, func(c contact.Change) bool { // what changes nothing
		p := pairOf(c.A, c.B)
		same := up[p] == c.Up
		up[p] = c.Up
		return same
	})
	for _, s := range contact.Spans(list, oracle.Forever) {
		e := oracle.Edge{From: s.A, To: s.B, Begin: s.Begin, End: s.End, Took: l.about.Delay[0], Kind: kind}
		out = append(out, e)
		e.From, e.To = s.B, s.A
		out = append(out, e)
	}
	return out
}

// sum is what happened on a channel, to the nodes: what attackers send and hear is not
// what a protocol costs.
func (c *channel) sum() report.Channel {
	r := report.Channel{Name: c.name(), Allowed: c.about.Allowed}
	for station, p := range c.ports {
		if p == nil {
			continue
		}
		s := c.medium.Station(station)
		r.Frames, r.Bytes, r.Airtime = r.Frames+s.TxFrames, r.Bytes+s.TxBytes, r.Airtime+s.Airtime
		r.Heard, r.Collided, r.Deaf, r.Lost = r.Heard+s.RxFrames, r.Collided+s.Collided, r.Deaf+s.Deaf, r.Lost+s.Lost+s.Weak
		r.BusiestHour = max(r.BusiestHour, c.mostInHour(station))
	}
	return r
}

func (c *channel) name() string {
	if c.about.Name != "" {
		return c.about.Name
	}
	return fmt.Sprintf("channel %d", c.index+1)
}

func (l *lan) sum() report.Channel {
	s := l.segment.Total()
	return report.Channel{
		Name: l.name(), Frames: s.TxFrames, Bytes: s.TxBytes, Airtime: s.Airtime,
		Heard: s.RxFrames, Deaf: s.Deaf, Lost: s.Lost + s.Broken,
	}
}

func (l *lan) name() string {
	if l.about.Name != "" {
		return l.about.Name
	}
	return fmt.Sprintf("LAN %d", l.index+1)
}

// tellProgress says how far the run is, and ends it there if that is wanted.
func (w *World) tellProgress() {
	if w.opts.Progress == nil || w.now < w.tellAt {
		return
	}
	w.tellAt = w.now.Add(progressEvery)
	if w.opts.Progress(time.Duration(w.now)) {
		w.halted, w.stop = true, true
	}
}
