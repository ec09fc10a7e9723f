package live

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/radio"
)

// release carries out all effects that may leave.
func (l *loop) release() {
	for {
		e, ok := l.stream.pop()
		if !ok {
			return
		}
		if e.done != nil {
			e.done <- answer{} // it has room: this is the only answer
		}
		switch e2 := e.effect.(type) {
		case mesh.Transmit:
			l.transmit(e2, e.generation)
		case mesh.Deliver:
			l.show(Event{Kind: NewMessage, Message: e2.Message})
		case mesh.Update:
			l.show(Event{Kind: Changed, Message: e2.Message})
		case mesh.Accepted:
			l.reply(e2.Ref, answer{message: e2.Message})
			l.show(Event{Kind: NewMessage, Message: e2.Message})
		case mesh.Refused:
			l.reply(e2.Ref, answer{err: e2.Err})
		case mesh.LearnTime:
			l.learn(e2.Fix)
		case mesh.Past:
			l.estimator.NotBefore(l.sample(), e2.Wall)
		case mesh.Excluded:
			if l.cfg.Excluded != nil {
				l.cfg.Excluded(e2.Nodes)
			}
		case mesh.Planned:
			if l.cfg.Planned != nil {
				l.cfg.Planned(e2)
			}
		case mesh.Trace:
			l.log.Debug(e2.What, e2.Args...)
		default:
			panic(fmt.Sprintf("live: unknown effect %T", e2))
		}
	}
}

// transmit hands a frame to its link. What the link does not take is reported
// to the node as a transmission that failed; what was made before the link
// last went down was reported by that Down.
func (l *loop) transmit(t mesh.Transmit, generation uint64) {
	k := l.links[t.Link]
	if l.closing || generation != k.generation {
		return
	}
	if err := k.device.Send(t.Frame); err != nil {
		l.log.Debug("frame not taken", "link", t.Link, "reason", err)
		if len(l.own) == 0 {
			l.ownAt = l.now().Mono.Add(wakeSpacing)
		}
		l.own = append(l.own, refusedFrame{t.Link, generation, err})
		return
	}
	k.outstanding = true
}

// refusedFrame is a frame that a link did not take.
type refusedFrame struct {
	link       int
	generation uint64
	err        error
}

// tellRefused reports frames that were not taken as transmissions that failed.
// It does so a moment later, so that a node that tries again at once does not
// keep the loop from hearing why.
func (l *loop) tellRefused() {
	frames := l.own
	l.own = nil
	for _, f := range frames {
		if f.generation == l.links[f.link].generation {
			l.step(mesh.LinkEvent{Link: f.link, Event: radio.Sent{Err: f.err}})
		}
	}
}

func (l *loop) show(e Event) {
	l.face.seen(e.Message.Number)
	l.face.hub.publish(e)
}

// reply answers a waiting submission. The channel has room: there is one
// answer for each.
func (l *loop) reply(ref uint64, a answer) {
	if w, ok := l.waiting[ref]; ok {
		delete(l.waiting, ref)
		w <- a
	}
}

func (l *loop) submit(s mesh.Submit, reply chan answer) {
	switch {
	case l.closing:
		reply <- answer{err: ErrClosed}
	case l.machine == nil:
		reply <- answer{err: l.refusal()}
	case l.overloaded():
		reply <- answer{err: fmt.Errorf("%w for the disk", ErrOverloaded)}
	case len(l.waiting) >= maxWaiting:
		reply <- answer{err: fmt.Errorf("%w for the disk (%d)", ErrOverloaded, maxWaiting)}
	default:
		l.ref++
		s.Ref = l.ref
		l.waiting[s.Ref] = reply
		l.step(s)
	}
}

func (l *loop) status() Status {
	s := Status{
		Status:  l.trouble.last,
		State:   l.trouble.state,
		Reason:  l.trouble.reason(),
		Uptime:  l.now().Mono.Sub(0),
		Waiting: l.stream.len(),
		Last:    l.face.last.Load(),
	}
	if l.machine != nil {
		s.Status = l.machine.Status()
	}
	s.Clock = l.estimator.Report(l.sample())
	s.Now = s.Clock.Reading
	s.Links = slices.Concat(s.Links, l.absent(s.Links))
	slices.SortFunc(s.Links, func(a, b mesh.LinkStatus) int { return cmp.Compare(a.Link, b.Link) })
	return s
}
