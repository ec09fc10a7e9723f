package sim

import (
	"cmp"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// ghost is a transmitter that stands beside a node and belongs to nobody: those who hear
// the node hear it as well, and the node itself hears nothing louder.
type ghost struct {
	channel *channel
	station int
}

// beside puts a radio beside a node on a channel, which hears what the node hears, and
// is heard where it is heard. It stays there when the node moves on.
func (w *World) beside(c *channel, index int, purpose string) int {
	station := c.medium.Join(source(w.opts.Seed, purpose, c.index<<16|len(c.ports)))
	c.place(station, index)
	c.ports, c.hosts, c.taps = append(c.ports, nil), append(c.hosts, nil), append(c.taps, &tap{station: station, channel: c})
	return station
}

// place lets a station hear and be heard as a node is now.
func (c *channel) place(station, index int) {
	var near []link
	for l := range c.paths { // order: sorted below
		if l.from == index || l.to == index {
			near = append(near, l)
		}
	}
	slices.SortFunc(near, func(a, b link) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	for _, l := range near {
		if l.from == index {
			c.medium.Connect(station, c.station(l.to), c.paths[l])
		} else {
			c.medium.Connect(c.station(l.from), station, c.paths[l])
		}
	}
	if at := c.station(index); at >= 0 {
		c.medium.Connect(station, at, medium.Path{})
		c.medium.Connect(at, station, medium.Path{})
	}
}

// haunt sets up the transmitters of a jammer or babbler, and lets them begin.
func (w *World) haunt(in *incident) {
	for _, i := range in.Channels {
		for _, n := range in.Nodes {
			in.ghosts = append(in.ghosts, ghost{w.channels[i], w.beside(w.channels[i], n, "ghost")})
		}
	}
	number := 0
	for w.incidents[number] != in {
		number++
	}
	for g := range in.ghosts {
		w.after(0, event{kind: evGhost, n: number, other: g})
	}
}

// babbleMost is the longest frame of noise.
const babbleMost = 64

// walk lets a ghost transmit once, and decides when it does again.
func (w *World) walk(in *incident, number, which int) {
	if !in.on {
		return
	}
	g := in.ghosts[which]
	every := in.Every
	if every <= 0 {
		every = time.Second
	}
	if in.What == Jam {
		lasts := time.Duration(in.Share * float64(every))
		if in.For > 0 { // a carrier does not outlast whoever switches it on
			lasts = min(lasts, in.At+in.For-w.Now())
		}
		if !g.channel.medium.Jam(w.now, g.station, lasts) {
			every = time.Microsecond // the last carrier ends at this instant
		}
		w.watch(g.channel)
		w.after(every, event{kind: evGhost, n: number, other: which})
		return
	}
	noise := make([]byte, 1+w.chance.IntN(min(babbleMost, g.channel.about.MTU)))
	for i := range noise {
		noise[i] = byte(w.chance.Uint32())
	}
	if w.opts.Protocol != nil { // which nobody can decode, for it has no CRC
		g.channel.medium.Jam(w.now, g.station, g.channel.medium.Airtime(g.station, len(noise)))
	} else {
		g.channel.medium.Send(w.now, g.station, noise)
	}
	w.watch(g.channel)
	w.after(every/2+time.Duration(w.chance.Int64N(int64(every)+1)), event{kind: evGhost, n: number, other: which})
}

// attack is the attacker of an incident.
func (in *incident) attack(guests bool) Attack {
	a := Attack{Power: Outsider, Channels: in.Channels, For: longTime, Every: in.Every, Late: 3 * time.Second}
	if in.For > 0 {
		a.For = in.For
	}
	if a.Every <= 0 {
		a.Every = time.Second
	}
	switch {
	case in.What == Wormhole:
		a.Places, a.Worm, a.Late, a.Acts = []int{in.Nodes[0], in.With[0]}, 1, wormDelay, []string{}
	case guests: // other protocols' frames have no seals that a change would break
		a.Acts = []string{"replay"}
	}
	return a
}
