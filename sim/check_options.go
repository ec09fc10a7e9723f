package sim

import "fmt"

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
