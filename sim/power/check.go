package power

import (
	"fmt"
	"time"
)

// Bounds of a plan.
const (
	longest    = 365 * 24 * time.Hour
	shortest   = time.Second // mean time between two restarts, or life of a battery
	maxChanges = 1 << 20
)

// check says what is wrong with a plan.
func (p *Plan) check() error {
	if p.End <= 0 || p.End > longest {
		return fmt.Errorf("power: a run of %v: want more than 0 and no more than %v", p.End, longest)
	}
	var names [3]map[string]bool
	for i := range names {
		names[i] = make(map[string]bool)
	}
	fed := make(map[int]string)
	for i := range p.Supplies {
		s := &p.Supplies[i]
		if err := p.named("supply", i, s.Name, names[0], s.Nodes, s.check()); err != nil {
			return err
		}
		for _, n := range s.Nodes {
			if other, ok := fed[n]; ok {
				return fmt.Errorf("power: supply %q: node %d has supply %q already", s.Name, n, other)
			}
			fed[n] = s.Name
		}
	}
	for i := range p.Strikes {
		s := &p.Strikes[i]
		if err := p.named("strike", i, s.Name, names[1], s.Nodes, s.check(p.End)); err != nil {
			return err
		}
	}
	for i := range p.Restarts {
		r := &p.Restarts[i]
		if err := p.named("restart", i, r.Name, names[2], r.Nodes, r.check()); err != nil {
			return err
		}
	}
	return p.checkSum()
}

// named completes the check of one part of a plan.
func (p *Plan) named(kind string, i int, name string, names map[string]bool, nodes []int, err error) error {
	if name == "" || names[name] {
		return fmt.Errorf("power: %s %d is called %q: want a name that no other has", kind, i, name)
	}
	names[name] = true
	if err != nil {
		return fmt.Errorf("power: %s %q: %w", kind, name, err)
	}
	if len(nodes) == 0 {
		return fmt.Errorf("power: %s %q is of no node", kind, name)
	}
	seen := make(map[int]bool, len(nodes))
	for _, n := range nodes {
		if n < 0 || n >= p.Nodes {
			return fmt.Errorf("power: %s %q is of node %d: want 0 to %d", kind, name, n, p.Nodes-1)
		}
		if seen[n] {
			return fmt.Errorf("power: %s %q lists node %d twice", kind, name, n)
		}
		seen[n] = true
	}
	return nil
}

// check says what is wrong with a range of draws, which is none if it is 0.
func (s Span) check(what string, least time.Duration) error {
	if s != (Span{}) && (s.Least < least || s.Most < s.Least || s.Most > longest) {
		return fmt.Errorf("%s of %v to %v: want them in order, from %v to %v", what, s.Least, s.Most, least, longest)
	}
	return nil
}

func (s *Supply) check() error {
	if err := s.Battery.check("a battery", shortest); err != nil {
		return err
	}
	if err := s.Swap.check("a swap", 0); err != nil {
		return err
	}
	switch {
	case s.Without < 0 || s.Without > 100:
		return fmt.Errorf("%d %% without a battery: want 0 to 100", s.Without)
	case s.Charge < 0 || s.Charge > longest:
		return fmt.Errorf("charges for %v: want 0 to %v", s.Charge, longest)
	case s.Boot < 0 || s.Boot > longest:
		return fmt.Errorf("boots for %v: want 0 to %v", s.Boot, longest)
	case s.Portable && (s.Battery == Span{} || s.Without != 0):
		return fmt.Errorf("portable without a battery: want one for each")
	case s.Portable && s.Charge != 0:
		return fmt.Errorf("portable and charged in %v: want a swap", s.Charge)
	case !s.Portable && s.Swap != Span{}:
		return fmt.Errorf("on mains and with a swap of batteries: want one of both")
	case !s.Portable && s.Battery == Span{} && (s.Without != 0 || s.Charge != 0):
		return fmt.Errorf("words about a battery, and none that lasts for any time")
	}
	return nil
}

func (s *Strike) check(end time.Duration) error {
	if err := s.Lasts.check("lasts", 0); err != nil {
		return err
	}
	switch {
	case s.Percent < 0 || s.Percent > 100:
		return fmt.Errorf("hits %d %%: want 0 (for all) to 100", s.Percent)
	case s.At < 0 || s.At > end || s.Spread < 0 || s.Spread > longest:
		return fmt.Errorf("at %v, spread over %v: want times from 0, and a beginning within the run", s.At, s.Spread)
	}
	sum, last := 0, s.At+s.Spread
	for _, r := range s.Returns {
		if sum += r.Percent; r.Percent < 1 || sum > 100 {
			return fmt.Errorf("%d %% come back at %v, %d %% with those before: want 1 to 100", r.Percent, r.At, sum)
		}
		if r.At < last {
			return fmt.Errorf("%d %% come back at %v: want that in order, and not before %v, when all are hit", r.Percent, r.At, last)
		}
		last = r.At
	}
	return nil
}

func (r *Restart) check() error {
	if err := r.Up.check("on", 0); err != nil {
		return err
	}
	if err := r.Down.check("off", 0); err != nil {
		return err
	}
	switch {
	case (r.Every != 0) == (r.Up != Span{}):
		return fmt.Errorf("on for %v on average and for %v to %v: want one of both", r.Every, r.Up.Least, r.Up.Most)
	case r.Every < 0 || r.Every > longest:
		return fmt.Errorf("on for %v on average: want up to %v", r.Every, longest)
	case r.Down == Span{}:
		return fmt.Errorf("off for no time")
	case r.cycle() < shortest:
		return fmt.Errorf("goes on and off every %v: want %v or more", r.cycle(), shortest)
	case r.Begin < 0 || r.End < 0 || r.End != 0 && r.End <= r.Begin:
		return fmt.Errorf("from %v to %v: want times in order", r.Begin, r.End)
	}
	return nil
}

// cycle returns the mean time from one restart to the next.
func (r *Restart) cycle() time.Duration {
	return r.Every + (r.Up.Least+r.Up.Most)/2 + (r.Down.Least+r.Down.Most)/2
}

// checkSum refuses what would not fit into memory.
func (p *Plan) checkSum() error {
	sum := 0.0
	for i := range p.Restarts {
		r := &p.Restarts[i]
		sum += 2 * float64(len(r.Nodes)) * float64(p.End) / float64(r.cycle())
	}
	for i := range p.Supplies {
		if s := &p.Supplies[i]; s.Portable {
			sum += 2 * float64(len(s.Nodes)) * float64(p.End) / float64(s.Battery.Least)
		}
	}
	if sum > maxChanges {
		return fmt.Errorf("power: more than %d times on or off: want fewer nodes, longer times between restarts, or a shorter run", maxChanges)
	}
	return nil
}
