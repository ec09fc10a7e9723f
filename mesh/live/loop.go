package live

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// loop owns the machine; only its goroutine touches the fields.
type loop struct {
	cfg  Config
	log  *slog.Logger
	face *Node
	timekeeper

	machine Machine // nil between a failure and the next rebuild
	stream  stream
	links   []*link
	own     []refusedFrame // frames that a link did not take, not yet told to the machine
	ownAt   clock.Instant
	waiting map[uint64]chan answer
	ref     uint64
	trouble trouble

	reports   chan report // from the links' goroutines
	work      chan joined
	written   chan error
	writing   bool // the committer is busy
	closing   bool
	wakeFloor clock.Instant // no Wake before: a deadline in the past must not spin
}

// wakeSpacing is the shortest time between two Wake events.
const wakeSpacing = time.Millisecond

func newLoop(cfg Config, face *Node) *loop {
	l := &loop{
		cfg:     cfg,
		log:     cfg.Log,
		face:    face,
		waiting: make(map[uint64]chan answer),
		reports: make(chan report, linkQueue),
		work:    make(chan joined, 1),
		written: make(chan error, 1),
	}
	l.beginTime()
	for i, device := range cfg.Links {
		l.links = append(l.links, newLink(i, device))
	}
	return l
}

// run is the loop until Close.
func (l *loop) run() {
	go l.commitAll()
	stopReceiving := l.receiveAll()
	defer close(l.face.done)
	defer l.face.hub.close()
	defer stopReceiving()
	defer close(l.work)

	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	stop := l.face.stop
	for !l.finished() {
		l.dispatch()
		reports, wake := l.inputs(timer)
		select {
		case r := <-reports:
			l.onLink(r)
		case do := <-l.face.requests:
			do(l)
		case err := <-l.written:
			l.onWritten(err)
		case <-wake:
			l.onTime()
		case <-stop:
			l.closing, stop = true, nil
		}
		l.drain()
	}
}

// inputs returns what the loop may listen to now: while the disk is far
// behind, links wait in their own queues and the node is not woken.
func (l *loop) inputs(timer *time.Timer) (<-chan report, <-chan time.Time) {
	if l.closing || l.overloaded() {
		return nil, nil
	}
	at, ok := l.timeOfNext()
	if !ok || l.kernelAt < at {
		at = l.kernelAt
	}
	timer.Reset(max(0, at.Sub(l.now().Mono)))
	return l.reports, timer.C
}

// drain handles what has arrived meanwhile, so that a disk write joins what
// many submitters asked for at once.
func (l *loop) drain() {
	for range maxDrain {
		if l.closing || l.overloaded() {
			return
		}
		select {
		case r := <-l.reports:
			l.onLink(r)
		case do := <-l.face.requests:
			do(l)
		default:
			return
		}
	}
}

func (l *loop) overloaded() bool { return l.stream.len() > maxStream }

// finished reports that Close was called and all that was stepped is durable.
func (l *loop) finished() bool {
	return l.closing && !l.writing && l.stream.commits == 0
}

// timeOfNext returns when onTime has something to do.
func (l *loop) timeOfNext() (clock.Instant, bool) {
	if l.machine == nil {
		return l.trouble.retryAt, !l.writing
	}
	at, ok := l.deadline()
	if len(l.own) > 0 && (!ok || l.ownAt < at) {
		return l.ownAt, true
	}
	return at, ok
}

func (l *loop) onTime() {
	now := l.now().Mono
	if l.kernelAt <= now {
		l.askKernel()
	}
	if at, ok := l.timeOfNext(); !ok || at > now {
		return // an event since then has moved it
	}
	if l.machine == nil {
		l.rebuild()
		return
	}
	if len(l.own) > 0 && l.ownAt <= now {
		l.tellRefused()
	}
	if at, ok := l.deadline(); ok && at <= now {
		l.wakeFloor = now.Add(wakeSpacing)
		l.step(mesh.Wake{})
	}
}

func (l *loop) deadline() (clock.Instant, bool) {
	if l.machine == nil {
		return 0, false
	}
	at, ok := l.machine.Deadline()
	return max(at, l.wakeFloor), ok
}

// step gives the machine one event and takes its effects.
func (l *loop) step(ev mesh.Event) {
	if l.machine == nil || l.closing {
		return
	}
	effects := l.machine.Step(l.now(), ev)
	if err := l.cfg.Store.Err(); err != nil {
		l.fail(fmt.Errorf("read the store: %w", err)) // the effects may rest on what was not read
		return
	}
	for _, e := range effects {
		en := entry{effect: e}
		if t, ok := e.(mesh.Transmit); ok {
			en.generation = l.links[t.Link].generation
		}
		l.stream.push(en)
	}
	l.release()
}
