package sim

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// Power is what an Attacker has. Each has what the ones before it have.
type Power uint8

const (
	Outsider Power = iota // radios, recorders and transmitters, on several channels at once
	Revoked               // the keys of a node as they were until the authority locked it out
	Member                // the keys of nodes that are members; with two of them in two places, a Pair
)

// Attack says who attacks, from where and for how long.
type Attack struct {
	Power    Power
	Nodes    []int         // whose keys he has, by index; none for an Outsider
	Channels []int         // where he has a radio that hears all and is heard by all
	LANs     []int         // where the first of his nodes is admitted
	For      time.Duration // he acts from now on for this long
	Every    time.Duration // once in this time, on average
	Worm     float64       // share of what he hears on one channel that he repeats on all, late and in another order
	Late     time.Duration // by how much at most; 0: 3 s
	Places   []int         // beside which nodes his radios are, one on each channel; nil: one that hears all and is heard by all
	Acts     []string      // what he does, by the names in the table of acts; nil: all that he can
}

// Attacker is one who does not keep the rules. He is no node: what he sends
// is made from the bytes that he heard and the keys that he has.
type Attacker struct {
	w     *World
	about Attack
	index int
	luck  *rand.Rand
	ends  clock.Instant
	taps  []*tap
	loot  []*loot
	acts  []act
	Done  map[string]int // acts by name
	Bytes int            // that he sent, all frames together

	recorded [][]byte                // frames, as they were on the air
	said     []frame.Item            // what he could read of them
	counters map[ident.Number]uint32 // the highest that he heard or used
	ids      []bundle.ID             // of bundles that he heard of
	tops     map[ident.Number]uint16 // the highest number of today that he heard of, by origin
	texts    int
	flips    int
	opened   int // bundles of honest nodes that he could read
}

// tap is an attacker's place on a channel or LAN.
type tap struct {
	attacker *Attacker
	number   int // among those of the attacker
	channel  *channel
	station  int
	lan      *lan
}

// memory of an attacker; beyond it, what is new takes the place of anything.
const attackerMemory = 2048

// Attack lets an attacker loose.
func (w *World) Attack(about Attack) *Attacker {
	a := &Attacker{
		w: w, about: about, index: len(w.enemies), ends: w.now.Add(about.For),
		luck: source(w.opts.Seed, "attacker", len(w.enemies)), Done: make(map[string]int),
		counters: make(map[ident.Number]uint32), tops: make(map[ident.Number]uint16),
	}
	for _, c := range about.Channels {
		for _, place := range about.Places {
			s := w.beside(w.channels[c], place, "attacker's radio")
			a.tap(w.channels[c], s)
		}
		if about.Places == nil {
			a.join(w.channels[c])
		}
	}
	for _, l := range about.LANs {
		t := &tap{attacker: a, number: len(a.taps), lan: w.lans[l]}
		a.taps, w.lans[l].taps = append(a.taps, t), append(w.lans[l].taps, t)
	}
	for _, i := range about.Nodes {
		w.hosts[i].corrupt = true
		a.loot = append(a.loot, &loot{host: w.hosts[i]})
	}
	for _, act := range acts() {
		if act.power <= about.Power && (about.Acts == nil || slices.Contains(about.Acts, act.name)) {
			a.acts = append(a.acts, act)
		}
	}
	w.enemies = append(w.enemies, a)
	w.after(a.pause(), event{kind: evAct, n: a.index})
	return a
}

// join puts a radio of the attacker on a channel.
func (a *Attacker) join(c *channel) {
	t := &tap{attacker: a, number: len(a.taps), channel: c, station: c.medium.Join(source(a.w.opts.Seed, "attacker's radio", a.index<<8|len(a.taps)))}
	for i, h := range c.hosts {
		if h != nil {
			c.medium.Connect(i, t.station, medium.Path{})
			c.medium.Connect(t.station, i, medium.Path{})
		}
	}
	c.ports, c.hosts, c.taps = append(c.ports, nil), append(c.hosts, nil), append(c.taps, t)
	a.taps = append(a.taps, t)
}

// tap gives an attacker a radio that stands already.
func (a *Attacker) tap(c *channel, station int) {
	t := c.taps[station]
	t.attacker, t.number = a, len(a.taps)
	a.taps = append(a.taps, t)
}

func (a *Attacker) pause() time.Duration {
	return a.about.Every/2 + time.Duration(a.luck.Int64N(int64(a.about.Every)+1))
}

// over reports whether the attacker has given up.
func (a *Attacker) over() bool { return a.w.now >= a.ends }

// act does one thing, and decides when to do the next.
func (a *Attacker) act() {
	if a.over() || len(a.acts) == 0 {
		return
	}
	what := a.acts[a.luck.IntN(len(a.acts))]
	before := a.Bytes
	what.do(a)
	if a.Bytes > before {
		a.Done[what.name]++
	}
	a.w.after(a.pause(), event{kind: evAct, n: a.index})
}

// hear takes a frame from the air.
func (a *Attacker) hear(t *tap, data []byte) {
	if a.over() {
		return
	}
	a.recorded = remember(a.luck, a.recorded, data)
	if a.luck.Float64() < a.about.Worm {
		for _, other := range a.taps {
			if other != t {
				late := time.Duration(a.luck.Int64N(int64(cmp.Or(a.about.Late, 3*time.Second))))
				a.w.after(late, event{kind: evInject, n: a.index, link: other.number, data: data})
				a.Done["worm"]++
			}
		}
	}
	a.learn(data)
}

func remember[T any](luck *rand.Rand, list []T, one T) []T {
	if len(list) < attackerMemory {
		return append(list, one)
	}
	list[luck.IntN(attackerMemory)] = one
	return list
}

// send puts bytes on the air at one of his places.
func (a *Attacker) send(data []byte) {
	if len(a.taps) > 0 && len(data) > 0 {
		a.inject(event{link: a.luck.IntN(len(a.taps)), data: data})
	}
}

// inject puts bytes on the air at the place that the event names.
func (a *Attacker) inject(e event) {
	t := a.taps[e.link]
	if a.over() {
		return
	}
	a.w.story.note(a.w.now, a.index, "attack", e.data, e.data)
	if t.lan != nil {
		a.Bytes += len(e.data)
		for i, h := range t.lan.hosts {
			if h != a.loot[0].host {
				a.w.after(time.Millisecond, event{kind: evHeard, node: h.index, link: t.lan.ports[i].link, other: int(a.loot[0].host.number), data: e.data})
			}
		}
		return
	}
	if len(e.data) <= t.channel.about.MTU && t.channel.medium.Send(a.w.now, t.station, e.data) {
		a.Bytes += len(e.data)
		a.w.watch(t.channel)
	}
}
