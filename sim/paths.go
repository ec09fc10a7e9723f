package sim

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// Path is how the radio of one node hears that of another.
type Path struct {
	From, To int // transmitter and hearer
	medium.Path
}

// Change is a path of a channel that becomes another, or ends: somebody moves, drives
// behind a hill, breaks an antenna.
type Change struct {
	At   time.Duration // since the world began
	Path Path
	Gone bool // the path ends; its power and loss do not matter
}

// link is a pair of nodes, from transmitter to hearer.
type link struct{ from, to int }

// layPaths connects the stations of a channel as it is at the start.
func (w *World) layPaths(c *channel) {
	for _, pair := range c.about.Pairs {
		w.setPath(c, link{pair[0], pair[1]}, medium.Path{})
		w.setPath(c, link{pair[1], pair[0]}, medium.Path{})
	}
	for _, p := range c.about.Paths {
		w.setPath(c, link{p.From, p.To}, p.Path)
	}
	c.changes = slices.Clone(c.about.Changes)
	sortChanges(c.changes)
	w.nextChange(c)
}

func sortChanges(list []Change) {
	slices.SortStableFunc(list, func(a, b Change) int { return cmp.Compare(a.At, b.At) })
}

// nextChange puts a channel's next change into the timeline.
func (w *World) nextChange(c *channel) {
	if len(c.changes) > 0 {
		w.after(c.changes[0].At-w.Now(), event{kind: evPath, link: c.index})
	}
}

// change makes all changes of a channel that are due.
func (w *World) change(c *channel) {
	for len(c.changes) > 0 && c.changes[0].At <= w.Now() {
		ch := c.changes[0]
		c.changes = c.changes[1:]
		l := link{ch.Path.From, ch.Path.To}
		w.story.note(w.now, l.from, "path", ch.bytes(), ch)
		if ch.Gone {
			w.endPath(c, l)
		} else {
			w.setPath(c, l, ch.Path.Path)
		}
	}
	w.nextChange(c)
}

// bytes is what of a change is hashed, beside the transmitter.
func (ch Change) bytes() []byte {
	out := binary.AppendVarint(nil, int64(ch.Path.To))
	if !ch.Gone {
		out = binary.AppendVarint(out, int64(math.Round(1000*ch.Path.Power)))
		out = binary.AppendVarint(out, int64(math.Round(1e6*ch.Path.Loss)))
	}
	return out
}

// setPath lets one node hear another from now on, unless the two are cut off from each
// other: then once they are not.
func (w *World) setPath(c *channel, l link, p medium.Path) {
	c.paths[l] = p
	if !w.isCut(l.from, l.to) {
		c.medium.Connect(c.station(l.from), c.station(l.to), p)
	}
}

func (w *World) endPath(c *channel, l link) {
	delete(c.paths, l)
	c.medium.Disconnect(c.station(l.from), c.station(l.to))
}

// cutPaths does to a channel's paths between two nodes what Cut and Mend say.
func (w *World) cutPaths(c *channel, a, b int, cut bool) {
	for _, l := range []link{{a, b}, {b, a}} {
		p, ok := c.paths[l]
		switch {
		case !ok:
		case cut:
			c.medium.Disconnect(c.station(l.from), c.station(l.to))
		default:
			c.medium.Connect(c.station(l.from), c.station(l.to), p)
		}
	}
}

// station returns a node's station on a channel, or -1. A machine with a copied disk
// has its own.
func (c *channel) station(index int) int {
	if s, ok := c.stations[index]; ok {
		return s
	}
	return -1
}
