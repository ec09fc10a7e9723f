package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

// measure reads the memory of the processes before they end.
func (l *lan) measure() {
	for _, p := range l.nodes {
		if mb, ok := memoryMB(p.cmd.Process.Pid, "VmHWM"); ok {
			l.rss = max(l.rss, mb)
		}
	}
}

// computed is the processor time of all nodes so far.
func (l *lan) computed() (sum time.Duration) {
	for _, p := range l.nodes {
		d, _ := cpuTime(p.cmd.Process.Pid)
		sum += d
	}
	return sum
}

// settle waits until every node's record holds as many messages as all of them
// together, or for as long as the options allow: what is lost is for the count
// to say.
func (l *lan) settle(ctx context.Context) error {
	limit, cancel := context.WithTimeout(ctx, l.o.Settle)
	defer cancel()
	err := poll(limit, "messages to arrive", func() (bool, error) {
		want := 0
		for _, p := range l.nodes {
			p.mu.Lock()
			want += len(p.accepted)
			p.mu.Unlock()
		}
		for _, p := range l.nodes {
			s, err := p.stands(ctx)
			if err != nil || s.Record < uint64(want) {
				return false, err
			}
		}
		return true, nil
	})
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		for _, p := range l.nodes {
			if s, err := p.stands(ctx); err == nil {
				fmt.Fprintf(os.Stderr, "node %v did not settle: %+v\n", p.number, s)
			}
		}
		return nil
	}
	return err
}

// finish lets everything arrive, collects latencies, ends all processes and
// returns how many messages are missing.
func (l *lan) finish(ctx context.Context) (lost int, err error) {
	if err := l.settle(ctx); err != nil {
		return 0, err
	}
	limit, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	for _, phase := range []int{phaseFull, phaseAfter, phaseRate} {
		for _, p := range l.nodes {
			w, err := p.ask(limit, lanOrder{Delays: phase})
			if err != nil {
				return 0, err
			}
			l.delays[phase] = append(l.delays[phase], *w.Delays...)
		}
	}
	l.measure()
	if err := l.kill(); err != nil {
		return 0, err
	}
	c, err := l.count()
	return c.lost, err
}

// lanCount is what the reopened stores hold.
type lanCount struct {
	everywhere  int // messages that are in every store
	lost        int // messages that were accepted and are missing in some store
	notAtOrigin int // of these, missing where they were accepted
}

// count opens the stores of nodes that were killed.
func (l *lan) count() (c lanCount, err error) {
	holds := make(map[bundle.ID]int)
	atOrigin := make(map[bundle.ID]bool)
	for _, p := range l.nodes {
		s, err := disk.Open(p.dir, benchKey, disk.Options{})
		if err != nil {
			return c, err
		}
		for last := uint64(0); ; {
			list := mesh.Messages(s, last, 1<<30)
			for _, m := range list {
				holds[m.ID]++
				if m.Outgoing {
					atOrigin[m.ID] = true
				}
				last = m.Number
			}
			if len(list) == 0 {
				break
			}
		}
		found := mesh.Check(s, p.number)
		if err := errors.Join(s.Err(), s.Close()); err != nil {
			return c, err
		}
		if len(found.Problems) > 0 {
			return c, fmt.Errorf("store of node %v: %d problems, the first: %s", p.number, len(found.Problems)+found.More, found.Problems[0])
		}
	}
	for _, n := range holds { // order: only counted
		if n == len(l.nodes) {
			c.everywhere++
		}
	}
	for _, p := range l.nodes {
		for _, id := range p.accepted {
			if holds[id.of(p.number)] < len(l.nodes) {
				c.lost++
			}
			if !atOrigin[id.of(p.number)] {
				c.notAtOrigin++
			}
		}
	}
	return c, nil
}
