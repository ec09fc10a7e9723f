package sim

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// World is one run in progress. It belongs to one goroutine.
type World struct {
	Faults Faults // may be changed between runs

	opts     Options
	operator *Operator
	memory   *memory
	now      clock.Instant
	line     clock.Agenda[event]
	story    *chronicle
	hosts    []*host
	channels []*channel
	lans     []*lan
	cut      map[[2]int]bool // pairs of nodes, lower index first
	ear      *ear
	astray   bool       // a clock jumped or drifted, so that nodes may seal by another day's keys
	chance   *rand.Rand // of faults on the way
	recorded [][]byte   // frames an attacker could replay
	stop     bool
	halted   bool                     // whoever was told of the progress wanted no more
	tellAt   clock.Instant            // the next time
	watcher  func(*host, mesh.Effect) // a test's eye on every effect that leaves
	enemies  []*Attacker

	incidents []*incident
	worse     Faults       // what they do to frames and commits
	cuts      map[link]int // how many of them cut two nodes off
	past      past

	book
}

// New makes a world in which all nodes are about to start.
func New(opts Options) (*World, error) {
	if opts.Start == 0 {
		opts.Start = defaultStart
	}
	if err := opts.check(); err != nil {
		return nil, err
	}
	opts.Bound = max(opts.Bound, opts.Skew) + opts.astray()
	if opts.Build == nil {
		opts.Build = func(_ int, now clock.Reading, cfg mesh.Config) (Machine, error) { return mesh.New(now, cfg) }
	}
	var operator *Operator // guests have none
	if opts.Protocol == nil {
		var err error
		if operator, err = NewOperator(opts.Seed, opts.Nodes, opts.Start.Day(), opts.Plain...); err != nil {
			return nil, err
		}
	}
	w := &World{
		opts: opts, operator: operator, memory: newMemory(), cut: make(map[[2]int]bool), past: newPast(), cuts: make(map[link]int),
		chance: source(opts.Seed, "faults", 0),
	}
	w.book = newBook(w)
	for i := range opts.Nodes {
		h, err := newHost(w, i)
		if err != nil {
			return nil, err
		}
		w.hosts = append(w.hosts, h)
	}
	w.ear = newEar(operator)
	w.story = newChronicle(w.ear, opts.Story)
	for _, c := range opts.Channels {
		w.addChannel(c)
	}
	for _, l := range opts.LANs {
		w.addLAN(l)
	}
	for i := range w.hosts {
		w.Start(i)
	}
	w.addIncidents()
	return w, nil
}

// Now returns the time since the world began.
func (w *World) Now() time.Duration { return time.Duration(w.now) }

// Hash returns the hash over everything that happened so far.
func (w *World) Hash() [sha256.Size]byte { return w.story.sum() }

// Events returns how many things happened so far.
func (w *World) Events() uint64 { return w.story.events }

// Trace returns the last things that happened, as text.
func (w *World) Trace() []string { return w.story.lines() }

// Air returns the counts of a radio channel.
func (w *World) Air(channel int) medium.Stats { return w.channels[channel].medium.Total() }

// RunFor lets the world run for a while, or until something is found wrong.
func (w *World) RunFor(d time.Duration) {
	w.RunUntil(d, func() bool { return false })
}

// RunUntil lets the world run until done returns true, which it is asked once
// a simulated second, but for at most limit, or until something is found
// wrong. It returns what done said last.
func (w *World) RunUntil(limit time.Duration, done func() bool) bool {
	end := w.now.Add(limit)
	for next := w.now; ; {
		next = min(next.Add(time.Second), end)
		w.runTo(next)
		w.tellProgress()
		if done() {
			return true
		}
		if next == end || w.stop {
			return false
		}
	}
}

func (w *World) runTo(end clock.Instant) {
	for at, ok := w.line.Next(); ok && at <= end && !w.stop; at, ok = w.line.Next() {
		var e event
		w.now, e = w.line.Take()
		w.handle(e)
	}
	if !w.stop {
		w.now = end
	}
}

func (w *World) after(d time.Duration, e event) {
	w.line.Put(w.now.Add(d), 0, e)
}

// handle lets one event happen.
func (w *World) handle(e event) {
	h := w.hosts[e.node]
	if e.life != 0 && (e.life != h.life || !h.running()) {
		return // meant for a node that is no more
	}
	switch e.kind {
	case evSubmit:
		w.submitNow(e.n)
	case evWake:
		w.wake(h, e.n)
	case evDurable:
		w.durable(h)
	case evUp:
		w.linkUp(h, e.link)
	case evChannel:
		w.channelMoves(w.channels[e.link], e.n)
	case evHeard:
		w.heard(h, e)
	case evSent:
		w.notTaken(h, e.link)
	case evLAN:
		w.lanMoves(w.lans[e.link], e.n)
	case evContact:
		w.meet(w.lans[e.link])
	case evTurn:
		w.turn(h, e.link)
	case evCrash:
		w.CrashSoon(e.node, e.n, e.span)
	case evStart:
		w.Start(e.node)
	case evCut:
		w.Cut(e.node, e.other)
	case evMend:
		w.Mend(e.node, e.other)
	case evUnplug:
		w.unplug(h, e.link, e.span)
	case evAdmit:
		w.checkStores()
	case evAct:
		w.enemies[e.n].act()
	case evPath:
		w.change(w.channels[e.link])
	case evBegin:
		w.begin(w.incidents[e.n])
	case evEnd:
		w.end(w.incidents[e.n])
	case evGhost:
		w.walk(w.incidents[e.n], e.n, e.other)
	case evInject:
		w.enemies[e.n].inject(e)
	default:
		panic(fmt.Sprintf("internal error: event of kind %d", e.kind))
	}
}

// day is the true day.
func (w *World) day() clock.Day { return w.opts.Start.Add(time.Duration(w.now)).Day() }

// hearAll opens a frame as the authority could.
func (w *World) hearAll(data []byte) (frame.Frame, error) {
	days := []clock.Day{w.day() - 1, w.day(), w.day() + 1}
	for _, h := range w.hosts {
		if w.opts.Clocks == nil && !w.astray {
			break
		}
		day := w.reading(h).Wall.Day()
		days = append(days, day-min(day, 1), day) // what leaves now may be sealed before midnight
	}
	slices.Sort(days)
	w.ear.at(slices.Compact(days))
	return w.ear.open(data)
}
