package sim

import (
	"fmt"
	"slices"
)

// check names the first thing in the options that cannot be.
func (o *Options) check() error {
	for i, c := range o.Channels {
		if err := c.check(o.Nodes); err != nil {
			return fmt.Errorf("channel %d %s: %w", i+1, c.Name, err)
		}
	}
	for i, l := range o.LANs {
		if err := l.check(o.Nodes); err != nil {
			return fmt.Errorf("LAN %d %s: %w", i+1, l.Name, err)
		}
	}
	for i, in := range o.Incidents {
		if err := in.check(o); err != nil {
			return fmt.Errorf("incident %d: %w", i+1, err)
		}
	}
	return nil
}

// members returns who is on a link, or says who cannot be.
func members(list []int, nodes int) (map[int]bool, error) {
	on := make(map[int]bool, len(list))
	for _, n := range list {
		switch {
		case n < 0 || n >= nodes:
			return nil, fmt.Errorf("node %d of %d, counted from 0, is on it", n, nodes)
		case on[n]:
			return nil, fmt.Errorf("node %d is on it twice", n)
		}
		on[n] = true
	}
	return on, nil
}

func (c *Channel) check(nodes int) error {
	on, err := members(c.Nodes, nodes)
	if err != nil {
		return err
	}
	hears := func(what string, from, to int) error {
		if from == to || !on[from] || !on[to] {
			return fmt.Errorf("%s from node %d to node %d, of which both need a radio on it, and two different ones", what, from, to)
		}
		return nil
	}
	for _, p := range c.Pairs {
		if err := hears("a pair", p[0], p[1]); err != nil {
			return err
		}
	}
	for _, p := range c.Paths {
		if err := hears("a path", p.From, p.To); err != nil {
			return err
		}
	}
	for _, ch := range c.Changes {
		if err := hears("a path that changes", ch.Path.From, ch.Path.To); err != nil {
			return err
		}
		if ch.At < 0 {
			return fmt.Errorf("the path from node %d to node %d changes at %v, before the start", ch.Path.From, ch.Path.To, ch.At)
		}
	}
	return nil
}

func (l *LAN) check(nodes int) error {
	on, err := members(l.Nodes, nodes)
	if err != nil {
		return err
	}
	for _, c := range l.Contacts {
		if c.A == c.B || !on[c.A] || !on[c.B] || c.At < 0 {
			return fmt.Errorf("a contact of nodes %d and %d at %v: want two different nodes that are on it, and no time before the start", c.A, c.B, c.At)
		}
	}
	return nil
}

// check names what cannot be of an incident.
func (in *Incident) check(o *Options) error {
	for _, n := range slices.Concat(in.Nodes, in.With) {
		if n < 0 || n >= o.Nodes {
			return fmt.Errorf("%s of node %d of %d, counted from 0", in.What, n, o.Nodes)
		}
	}
	for _, c := range in.Channels {
		if c < 0 || c >= len(o.Channels) {
			return fmt.Errorf("%s on channel %d of %d, counted from 0", in.What, c, len(o.Channels))
		}
	}
	for _, l := range in.LANs {
		if l < 0 || l >= len(o.LANs) {
			return fmt.Errorf("%s of LAN %d of %d, counted from 0", in.What, l, len(o.LANs))
		}
	}
	if !slices.Contains(Harms(), in.What) {
		return fmt.Errorf("there is no harm %q, only %q", in.What, Harms())
	}
	needs := map[Harm]int{PowerCut: 1, CrashAll: 1, Unplug: 1, CutOff: 1, DiskFull: 1, Jam: 1, Babble: 1, Wormhole: 2, ClockJump: 1, ClockDrift: 1, Twin: 1, LockOut: 1}
	switch {
	case in.At < 0 || in.For < 0 || in.Every < 0:
		return fmt.Errorf("%s at %v for %v every %v: want no time below 0", in.What, in.At, in.For, in.Every)
	case !(in.Share >= 0 && in.Share <= 1):
		return fmt.Errorf("%s with a share of %v: want 0 to 1", in.What, in.Share)
	case needs[in.What] > 0 && len(in.Nodes) == 0, needs[in.What] > 1 && len(in.With) == 0:
		return fmt.Errorf("%s without nodes to whom it happens, on both sides if there are two", in.What)
	case slices.Contains([]Harm{Jam, Babble, Replay, Wormhole}, in.What) && len(in.Channels) == 0:
		return fmt.Errorf("%s on no channel", in.What)
	}
	return nil
}
