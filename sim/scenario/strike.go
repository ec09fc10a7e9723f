package scenario

import (
	"cmp"
	"fmt"
	"slices"
)

// hit draws the nodes of an event: so large a share of those of its groups, at least
// one, in the order of their numbers. A larger share has those of a smaller one.
func (p *plan) hit(i int) []int {
	e := &p.Events[i]
	who := e.Who
	if len(who) == 0 {
		who = []string{Everyone}
	}
	return p.draw(fmt.Sprintf("event %d", i+1), p.named(who), e.Share)
}

// draw chooses a share of a list by tickets that each draws by itself.
func (p *plan) draw(purpose string, list []int, share Share) []int {
	if len(list) == 0 {
		return nil
	}
	n := max(1, int((int64(len(list))*int64(share)+int64(whole100)/2)/int64(whole100)))
	tickets := make(map[int]uint64, len(list))
	for _, one := range list {
		tickets[one] = luck(p.seed, purpose, one).Uint64()
	}
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b int) int { return cmp.Or(cmp.Compare(tickets[a], tickets[b]), cmp.Compare(a, b)) })
	out = out[:n]
	slices.Sort(out)
	return out
}

// strikes reports whether an event hits one of the networks of a link.
func (p *plan) strikes(i int, l *Link, network int) bool {
	e := &p.Events[i]
	if !slices.Contains(e.Who, l.Name) {
		return false
	}
	all := 1
	if l.Each > 0 {
		all = len(p.named(l.Nodes)) / l.Each
	}
	networks := make([]int, all)
	for k := range networks {
		networks[k] = k
	}
	return slices.Contains(p.draw(fmt.Sprintf("event %d %s", i+1, l.Name), networks, e.Share), network)
}

// ordered puts times in order, and makes one of those that overlap.
func ordered(list []away) []away {
	slices.SortFunc(list, func(a, b away) int { return cmp.Compare(a.begin, b.begin) })
	out := list[:0]
	for _, a := range list {
		if n := len(out) - 1; n >= 0 && a.begin <= out[n].end {
			out[n].end = max(out[n].end, a.end)
		} else {
			out = append(out, a)
		}
	}
	return out
}
