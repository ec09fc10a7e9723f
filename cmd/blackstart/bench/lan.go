package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// LANOptions says how the LAN is measured.
type LANOptions struct {
	Nodes    int
	Rate     float64       // messages a second in all, for the latencies
	Duration time.Duration // of each of the two loads
	Settle   time.Duration // how long what was accepted may take to arrive
	Dir      string        // in which the stores are made
	Command  []string      // runs LanNode
}

// Bounds of the bench.
const (
	lanBytes    = 200 // of each text
	meetLimit   = 30 * time.Second
	overLimit   = 30 * time.Second // beyond its duration, until a load has ended
	probeTime   = 5 * time.Second
	lanMessages = 80_000 // in all, at the highest load: a node holds 104,857 ROUTINE bundles
)

// The three loads.
const (
	phaseFull  = 1 // as much as the nodes take
	phaseAfter = 2 // at the rate, after that
	phaseRate  = 3 // at the rate, from empty stores
)

// LAN measures nodes on loopback: each a process with its own store, node and
// libp2p link, in which messages to the group are submitted.
//
// At the highest load every process is killed at the end, and what counts is
// what all stores hold then. They start again on the same stores, and have to
// bring everything that was accepted everywhere. The latencies are of a second
// load, from empty stores, at a fixed rate.
func LAN(ctx context.Context, o LANOptions) (_ *Report, err error) {
	dir, remove, err := tempDir(o.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	r := newReport("lan")
	r.Parameters["nodes"] = o.Nodes
	r.Parameters["rate"] = o.Rate
	r.Parameters["seconds"] = o.Duration.Seconds()
	r.Parameters["bytes"] = lanBytes
	r.Parameters["signed"] = "in arrears"
	full, lost1, err := lanFull(ctx, o, filepath.Join(dir, "full"), r)
	if err != nil {
		return nil, fmt.Errorf("highest load: %w", err)
	}
	paced, lost2, err := lanPaced(ctx, o, filepath.Join(dir, "paced"), r)
	if err != nil {
		return nil, fmt.Errorf("load of %v/s: %w", o.Rate, err)
	}
	if rss := max(full.rss, paced.rss); rss > 0 {
		r.add("lan/rss_mb_max", rss, "MB")
	}
	r.add("lan/lost", float64(lost1+lost2), "messages")
	return r, nil
}

// lanFull measures the highest load.
func lanFull(ctx context.Context, o LANOptions, dir string, r *Report) (_ *lan, lost int, err error) {
	l := newLAN(o, dir)
	defer func() { err = errors.Join(err, l.kill()) }()
	if err := l.start(ctx); err != nil {
		return nil, 0, err
	}
	begun := time.Now()
	loaded, err := l.load(ctx, lanLoad{Phase: phaseFull, Submitters: 16, Limit: lanMessages / o.Nodes, Bytes: lanBytes, Duration: o.Duration})
	if err != nil {
		return nil, 0, err
	}
	took := time.Since(begun)
	l.measure()
	if err := l.kill(); err != nil {
		return nil, 0, err
	}
	c, err := l.count()
	if err != nil {
		return nil, 0, err
	}
	r.add("lan/messages_per_s", float64(c.everywhere)/took.Seconds(), "messages/s")
	r.add("lan/accepted_per_s", float64(loaded.Accepted)/took.Seconds(), "messages/s")
	r.add("lan/refused", float64(loaded.Refused), "messages")
	if loaded.Why != "" {
		r.Parameters["refusal"] = loaded.Why
	}
	lost = c.notAtOrigin
	if err := l.start(ctx); err != nil {
		return nil, 0, err
	}
	begun = time.Now()
	if err := l.settle(ctx); err != nil {
		return nil, 0, err
	}
	r.add("lan/settled_s", time.Since(begun).Seconds(), "s")
	_, err = l.load(ctx, lanLoad{Phase: phaseAfter, Rate: o.Rate / float64(o.Nodes), Submitters: 64, Limit: lanMessages, Bytes: lanBytes, Duration: min(probeTime, o.Duration)})
	if err != nil {
		return nil, 0, err
	}
	more, err := l.finish(ctx)
	if err != nil {
		return nil, 0, err
	}
	delays := l.delays[phaseAfter]
	r.add("lan/after_p99_ms", percentile(delays, 0.99), "ms")
	return l, lost + more, nil
}

// lanPaced measures latencies at a fixed rate.
func lanPaced(ctx context.Context, o LANOptions, dir string, r *Report) (_ *lan, lost int, err error) {
	l := newLAN(o, dir)
	defer func() { err = errors.Join(err, l.kill()) }()
	if err := l.start(ctx); err != nil {
		return nil, 0, err
	}
	computed := l.computed()
	loaded, err := l.load(ctx, lanLoad{Phase: phaseRate, Rate: o.Rate / float64(o.Nodes), Submitters: 64, Limit: lanMessages, Bytes: lanBytes, Duration: o.Duration})
	if err != nil {
		return nil, 0, err
	}
	if err := l.settle(ctx); err != nil {
		return nil, 0, err
	}
	computed = l.computed() - computed
	if lost, err = l.finish(ctx); err != nil {
		return nil, 0, err
	}
	delays := l.delays[phaseRate]
	r.Parameters["accepted at the rate"] = loaded.Accepted
	r.Parameters["refused at the rate"] = loaded.Refused
	r.Parameters["latencies"] = len(delays)
	r.add("lan/p50_ms", percentile(delays, 0.5), "ms")
	r.add("lan/p99_ms", percentile(delays, 0.99), "ms")
	if loaded.Accepted > 0 && computed > 0 { // of all nodes together; it hardly depends on what else the machine does
		r.add("lan/cpu_us_per_message", float64(computed.Microseconds())/float64(loaded.Accepted), "µs")
	}
	return l, lost, nil
}

// percentile returns the p-quantile of microseconds, in milliseconds.
func percentile(delays []int32, p float64) float64 {
	if len(delays) == 0 {
		return 0
	}
	slices.Sort(delays)
	i := int(math.Ceil(p*float64(len(delays)))) - 1
	return float64(delays[max(0, i)]) / 1000
}

// lan is the nodes of one measurement.
type lan struct {
	o      LANOptions
	day    clock.Day
	nodes  []*lanProcess
	delays map[int][]int32
	rss    float64 // the most that one process had resident, MB; 0 if unknown
}

func newLAN(o LANOptions, dir string) *lan {
	l := &lan{o: o, day: clock.WallOf(time.Now()).Day(), delays: make(map[int][]int32)}
	for i := range o.Nodes {
		l.nodes = append(l.nodes, &lanProcess{number: ident.Number(i + 1), dir: filepath.Join(dir, fmt.Sprintf("node-%d", i+1))})
	}
	return l
}

// start runs all processes and waits until each has all others as neighbours.
func (l *lan) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, meetLimit)
	defer cancel()
	var peers []string
	for i, p := range l.nodes {
		addresses, err := p.start(ctx, l.o.Command, lanSpec{Index: i, Nodes: l.o.Nodes, Seed: 1, Day: l.day, Dir: p.dir, Peers: peers})
		if err != nil {
			return err
		}
		peers = append(peers, addresses...)
	}
	return poll(ctx, "the nodes to meet", func() (bool, error) {
		for _, p := range l.nodes {
			if s, err := p.stands(ctx); err != nil || s.Neighbours < l.o.Nodes-1 {
				return false, err
			}
		}
		return true, nil
	})
}

func (l *lan) kill() error {
	var err error
	for _, p := range l.nodes { // all at once, or nearly
		if p.cmd != nil && p.cmd.Process != nil && p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill()
		}
	}
	for _, p := range l.nodes {
		err = errors.Join(err, p.kill())
	}
	return err
}

// load loads every node and waits for the end.
func (l *lan) load(ctx context.Context, load lanLoad) (sum lanLoaded, err error) {
	ctx, cancel := context.WithTimeout(ctx, load.Duration+overLimit)
	defer cancel()
	for _, p := range l.nodes {
		if err := p.orders.Encode(lanOrder{Load: &load}); err != nil {
			return sum, p.failed(err)
		}
	}
	for _, p := range l.nodes {
		w, err := p.hear(ctx)
		if err != nil {
			return sum, err
		}
		sum.Accepted += w.Loaded.Accepted
		sum.Refused += w.Loaded.Refused
		if w.Loaded.Why != "" {
			sum.Why = w.Loaded.Why
		}
	}
	return sum, nil
}
