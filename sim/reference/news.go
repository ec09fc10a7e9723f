package reference

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// minRest is the least time before talk that was refused goes again.
const minRest = 10 * time.Millisecond

// few neighbours are told of news one by one, more of them with one frame for all: that
// some may miss, who are in a transfer.
const few = 3

// tell notes that all neighbours have to hear what became of a message.
func (c *carrier) tell(m *carried) {
	for _, l := range c.links {
		count := 0
		for _, n := range c.met {
			if n.link == l {
				count++
			}
		}
		if l.shared && count > 0 {
			count = few + 1
		}
		if count > few {
			l.news = also(l.news, m.N)
		}
		for _, n := range c.met {
			if n.link == l && count <= few {
				n.owed = also(n.owed, m.N)
			}
		}
	}
}

func also(list []int, n int) []int {
	if slices.Contains(list, n) {
		return list
	}
	return append(list, n)
}

// talk sends the next frame of what neighbours have yet to hear, in the state that it
// has now.
func (c *carrier) talk(now clock.Instant, l *link) {
	if now < l.rest {
		return
	}
	l.rest = 0
	for _, n := range c.met {
		if n.link == l && len(n.owed) > 0 {
			c.tellSome(now, l, n, &n.owed)
			return
		}
	}
	if len(l.news) > 0 {
		c.tellSome(now, l, nil, &l.news)
	}
}

func (c *carrier) tellSome(now clock.Instant, l *link, to *neighbour, from *[]int) {
	o := &outgoing{to: to, news: (*from)[:min(newsMost, len(*from))]}
	*from = (*from)[len(o.news):]
	var items []item
	for _, n := range o.news {
		items = append(items, c.item(n))
	}
	c.transmit(now, l, o, encodeNews(items))
}

// untold puts back what a frame told of that did not go, for a while later.
func (c *carrier) untold(now clock.Instant, l *link, o *outgoing) {
	if o.to != nil {
		o.to.owed = append(slices.Clone(o.news), o.to.owed...)
	} else {
		l.news = append(slices.Clone(o.news), l.news...)
	}
	pause := max(l.about.Airtime(Head), minRest)
	l.rest = now.Add(pause + time.Duration(c.node.Luck.Int64N(int64(pause))))
}

func (c *carrier) item(n int) item {
	i := item{n: n, to: c.node.Self, gone: !c.buffer.known(n)}
	for _, m := range c.buffer.messages {
		if m.N == n {
			i.to = m.To
		}
	}
	return i
}
