package sim

import (
	"cmp"
	"slices"
	"time"
)

// Incident is something that goes wrong at a time, for a while: what a scenario file
// lists, whatever runs on the machines.
type Incident struct {
	What Harm
	At   time.Duration // since the world began
	For  time.Duration // 0: to the end, or until Heal

	Nodes    []int         // to whom it happens
	With     []int         // the other side, see the harms
	Channels []int         // on which channels
	LANs     []int         // and which LANs
	Share    float64       // of frames, commits or time, 0..1
	By       time.Duration // how far clocks jump ahead
	PPM      int           // how much too fast clocks run, in millionths
	Every    time.Duration // how often it acts, on average
}

// Harm is a kind of incident.
type Harm string

// The harms. Those of Blackstart's keys, disks and clocks do nothing to actors of other
// protocols, which have none.
const (
	PowerCut   Harm = "power-cut"   // Nodes are off
	CrashAll   Harm = "crash"       // Nodes crash, each between two of its effects, forget what is not synced to disk, and are off for so long, or 5 s
	Unplug     Harm = "unplug"      // Nodes run on without any of their radios and LANs
	CutOff     Harm = "cut"         // no frame goes between Nodes and With; without With: all others
	Outage     Harm = "outage"      // Channels and LANs are away; a LAN for Nodes only, if there are some
	LoseFrames Harm = "loss"        // Share of the frames is lost on the way to one hearer
	FlipBits   Harm = "flip"        // a bit of them flips there
	Duplicates Harm = "duplicate"   // they arrive twice there
	Disorder   Harm = "reorder"     // they arrive late there, behind others
	OldFrames  Harm = "old-frames"  // with them arrive older ones
	DiskErrors Harm = "disk-errors" // Share of commits fails for lack of room
	DiskFull   Harm = "disk-full"   // all commits of Nodes fail so
	Jam        Harm = "jam"         // a carrier beside each of Nodes is on Channels for Share of the time, anew every Every, or second
	Babble     Harm = "babble"      // beside each of Nodes somebody sends noise on Channels, once in Every
	Replay     Harm = "replay"      // somebody without keys hears all of Channels and sends what he recorded again, also changed, once in Every
	Wormhole   Harm = "wormhole"    // what is heard on Channels beside the first of Nodes is sent again beside the first of With, and the other way round
	ClockJump  Harm = "clock-jump"  // the clocks of Nodes jump by By
	ClockDrift Harm = "clock-drift" // and run PPM too fast from then on
	Twin       Harm = "twin"        // a copy of the first of Nodes, with its keys and its disk, runs beside it on its radio channels
	LockOut    Harm = "lock-out"    // the authority locks Nodes out, and hands the file to With, or to all others
)

// incident is one on its way.
type incident struct {
	Incident
	on     bool
	over   bool    // healed before it came
	ghosts []ghost // transmitters that it set up
	twin   int     // the copy's index
	enemy  *Attacker
}

const (
	crashDown = 5 * time.Second
	longTime  = 50 * 365 * 24 * time.Hour
	wormDelay = 50 * time.Millisecond
)

// addIncidents puts the incidents of the options into the timeline.
func (w *World) addIncidents() {
	for i, in := range w.opts.Incidents {
		w.incidents = append(w.incidents, &incident{Incident: in, twin: -1})
		w.after(in.At-w.Now(), event{kind: evBegin, n: i})
		if in.For > 0 {
			w.after(in.At+in.For-w.Now(), event{kind: evEnd, n: i})
		}
	}
}

// begin lets an incident begin.
func (w *World) begin(in *incident) {
	if in.over {
		return
	}
	w.story.note(w.now, 0, "incident", []byte(in.What), in.Incident)
	in.on = true
	switch in.What {
	case PowerCut:
		for _, n := range in.Nodes {
			w.hosts[n].off++
			w.Crash(n)
		}
	case CrashAll:
		for _, n := range in.Nodes {
			w.CrashSoon(n, w.hosts[n].luck.IntN(6), cmp.Or(in.For, crashDown))
		}
	case Unplug:
		for _, n := range in.Nodes {
			for _, p := range w.hosts[n].ports {
				w.pull(w.hosts[n], p)
			}
		}
	case CutOff:
		w.between(in, w.cutOnce)
	case Outage:
		w.outage(in, 1)
	case LoseFrames, FlipBits, Duplicates, Disorder, OldFrames, DiskErrors:
		w.weigh()
	case DiskFull:
		for _, n := range in.Nodes {
			w.hosts[n].full++
		}
	case Jam, Babble:
		w.haunt(in)
	case Replay, Wormhole:
		in.enemy = w.Attack(in.attack(w.opts.Protocol != nil))
	default:
		w.beginOfOurs(in)
	}
}

// beginOfOurs begins what has to do with clocks and keys.
func (w *World) beginOfOurs(in *incident) {
	if w.opts.Protocol != nil {
		return
	}
	switch in.What {
	case ClockJump, ClockDrift:
		w.astray = true
		for _, n := range in.Nodes {
			w.hosts[n].jump(w.now, in.By, in.PPM)
			w.arm(w.hosts[n])
		}
	case Twin:
		in.twin = w.Copy(in.Nodes[0], w.Backup(in.Nodes[0]))
	case LockOut:
		w.Attack(Attack{Power: Revoked, Nodes: in.Nodes, For: longTime, Every: longTime, Acts: []string{}})
		to := in.With
		for n := 0; in.With == nil && n < w.opts.Nodes; n++ {
			if !slices.Contains(in.Nodes, n) {
				to = append(to, n)
			}
		}
		if _, err := w.LockOut(to, in.Nodes...); err != nil {
			w.violate("the authority cannot lock nodes %v out: %v", in.Nodes, err)
		}
	}
}

// end ends an incident, if it is under way.
func (w *World) end(in *incident) {
	if !in.on {
		return
	}
	in.on = false
	w.story.note(w.now, 0, "incident ends", []byte(in.What), in.Incident)
	switch in.What {
	case PowerCut:
		for _, n := range in.Nodes {
			w.restore(n)
		}
	case Unplug:
		for _, n := range in.Nodes {
			for _, p := range w.hosts[n].ports {
				w.plug(w.hosts[n], p)
			}
		}
	case CutOff:
		w.between(in, w.mendOnce)
	case Outage:
		w.outage(in, -1)
	case LoseFrames, FlipBits, Duplicates, Disorder, OldFrames, DiskErrors:
		w.weigh()
	case DiskFull:
		for _, n := range in.Nodes {
			w.hosts[n].full--
		}
	case ClockDrift:
		for _, n := range in.Nodes {
			w.hosts[n].jump(w.now, 0, 0)
			w.arm(w.hosts[n])
		}
	case Twin:
		if in.twin >= 0 {
			w.hosts[in.twin].off++
			w.Crash(in.twin)
		}
	}
	if in.enemy != nil {
		in.enemy.ends = w.now
	}
}

// restore gives a node its power back.
func (w *World) restore(n int) {
	h := w.hosts[n]
	if h.off--; h.off > 0 {
		return
	}
	w.Start(n)
}

// between does something to all pairs of a cut.
func (w *World) between(in *incident, do func(a, b int)) {
	side := make(map[int]bool)
	for _, n := range in.Nodes {
		side[n] = true
	}
	with := in.With
	if with == nil {
		with = All(0, len(w.hosts))
	}
	for _, a := range in.Nodes {
		for _, b := range with {
			if !side[b] {
				do(a, b)
			}
		}
	}
}

// cutOnce and mendOnce count how many incidents cut two nodes off from each other.
func (w *World) cutOnce(a, b int) {
	w.cuts[pairOf(a, b)]++
	w.Cut(a, b)
}

func (w *World) mendOnce(a, b int) {
	if w.cuts[pairOf(a, b)]--; w.cuts[pairOf(a, b)] <= 0 {
		delete(w.cuts, pairOf(a, b))
		w.Mend(a, b)
	}
}

// outage takes links away, or gives them back.
func (w *World) outage(in *incident, more int) {
	for _, c := range in.Channels {
		for i, p := range w.channels[c].ports {
			switch {
			case p == nil:
			case more > 0:
				w.pull(w.channels[c].hosts[i], p)
			default:
				w.plug(w.channels[c].hosts[i], p)
			}
		}
	}
	for _, i := range in.LANs {
		l := w.lans[i]
		for _, h := range l.hosts {
			if in.Nodes != nil && !slices.Contains(in.Nodes, h.index) {
				continue
			}
			l.out[h.index] += more
			w.unplugged(h, l.ports[l.stations[h.index]], false)
			for _, other := range l.hosts {
				if other != h {
					w.settle(l, h.index, other.index)
				}
			}
		}
	}
}

// pull takes a port's device away until plug.
func (w *World) pull(h *host, p *port) {
	if p.pulled++; p.pulled == 1 {
		w.unplugged(h, p, true)
		w.lose(h, p.link)
	}
}

// plug gives it back.
func (w *World) plug(h *host, p *port) {
	if p.pulled--; p.pulled > 0 {
		return
	}
	w.unplugged(h, p, false)
	if h.running() {
		w.linkUp(h, p.link)
	}
}

// weigh sums what all incidents under way do to frames and commits.
func (w *World) weigh() {
	w.worse = Faults{}
	for _, in := range w.incidents {
		if !in.on {
			continue
		}
		switch in.What {
		case LoseFrames:
			w.worse.Loss += in.Share
		case FlipBits:
			w.worse.Flip += in.Share
		case Duplicates:
			w.worse.Duplicate += in.Share
		case Disorder:
			w.worse.Reorder += in.Share
		case OldFrames:
			w.worse.Replay += in.Share
		case DiskErrors:
			w.worse.CommitFail += in.Share
		}
	}
}

// endAll ends all incidents, those to come included.
func (w *World) endAll() {
	for _, in := range w.incidents {
		w.end(in)
		in.over = true
	}
}

// Harms lists all there are.
func Harms() []Harm {
	return []Harm{PowerCut, CrashAll, Unplug, CutOff, Outage, LoseFrames, FlipBits, Duplicates, Disorder, OldFrames, DiskErrors, DiskFull,
		Jam, Babble, Replay, Wormhole, ClockJump, ClockDrift, Twin, LockOut}
}
