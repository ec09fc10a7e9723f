package live

import (
	"context"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// kernelEvery is how often the operating system is asked about its clock.
const kernelEvery = time.Minute

// timekeeper is the part of the loop that knows what time it is.
type timekeeper struct {
	estimator *clock.Estimator
	kernelAt  clock.Instant // when the operating system is asked next
	told      bool          // the log was told
	quality   clock.Quality // as it was
	source    clock.Source
	jumps     uint64
}

// beginTime makes the estimator and gives it what is known from the start.
func (l *loop) beginTime() {
	l.estimator = clock.NewEstimator(l.cfg.ClockBound)
	if l.cfg.NotBefore != 0 {
		l.estimator.NotBefore(l.sample(), l.cfg.NotBefore)
	}
	l.askKernel()
}

func (l *loop) sample() clock.Sample { return l.cfg.Clocks() }

// now returns the best reading there is.
func (l *loop) now() clock.Reading { return l.estimator.Read(l.sample()) }

// askKernel asks the operating system about its clock.
func (l *loop) askKernel() {
	s := l.sample()
	l.estimator.Kernel(s, l.cfg.Kernel())
	l.kernelAt = s.Mono.Add(kernelEvery)
	l.logTime(s)
}

// logTime tells the log what changed.
func (l *loop) logTime(s clock.Sample) {
	r := l.estimator.Report(s)
	if r.Jumps > l.jumps {
		l.log.Warn("the system's clock was set, or the machine slept", "by", r.Jump, "times", r.Jumps-l.jumps)
		l.jumps = r.Jumps
	}
	if l.told && r.Quality == l.quality && r.Source == l.source {
		return
	}
	l.told, l.quality, l.source = true, r.Quality, r.Source
	if r.Quality == clock.Unknown {
		l.log.Warn("the time is not known; messages do not expire and keys are not erased until it is", "source", r.Source.String())
		return
	}
	l.log.Info("the time is known", "source", r.Source.String(), "good_to", r.Bound, "quality", r.Quality.String())
}

// learn gives the estimator what a source said. What is refused is an outcome.
func (l *loop) learn(f clock.Fix) error {
	s := l.sample()
	err := l.estimator.Learn(s, f)
	if err != nil {
		l.log.Debug("time not taken", "source", f.Source.String(), "reason", err)
	}
	l.logTime(s)
	return err
}

// LearnTime gives the node what a source of this machine said: the fix held at
// the moment at. The error says why it was not taken.
func (n *Node) LearnTime(ctx context.Context, at time.Time, f clock.Fix) error {
	reply := make(chan answer, 1)
	a, err := n.ask(ctx, reply, func(l *loop) {
		reply <- answer{err: l.learn(f.After(time.Since(at)))}
	})
	if err != nil {
		return err
	}
	return a.err
}

// Confirmation is a person's word on the time.
type Confirmation struct {
	Time   clock.Wall    // 0: what the node shows is right
	Within time.Duration // how wrong it may be
	By     string        // who said so, for the audit event
}

// ConfirmTime takes a person's word on the time, and writes the audit event. It
// holds until the node stops. The answer is what the node makes of it: Conflict
// names a source that says otherwise.
func (n *Node) ConfirmTime(ctx context.Context, c Confirmation) (clock.Report, error) {
	reply := make(chan answer, 1)
	a, err := n.ask(ctx, reply, func(l *loop) { reply <- l.confirm(c) })
	if err != nil {
		return clock.Report{}, err
	}
	return a.status.Clock, a.err
}

func (l *loop) confirm(c Confirmation) answer {
	switch {
	case l.closing:
		return answer{err: ErrClosed}
	case l.machine == nil:
		return answer{err: l.refusal()}
	}
	before := l.now()
	if c.Time == 0 {
		c.Time = before.Wall
	}
	if err := l.learn(clock.Around(clock.Operator, c.Time, c.Within)); err != nil {
		return answer{err: fmt.Errorf("%w: %w", ErrTime, err)}
	}
	l.step(mesh.Note{Event: mesh.AuditEvent{Action: mesh.ActionAdmin, By: c.By, Detail: fmt.Sprintf("clock confirmed: it is %s, good to %v; the node had %s from %v",
		c.Time.Time().Format(time.RFC3339), c.Within, before.Wall.Time().Format(time.RFC3339), before.Source)}})
	return answer{status: Status{Clock: l.estimator.Report(l.sample())}}
}
