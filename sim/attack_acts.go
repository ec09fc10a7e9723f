package sim

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// act is one way to do harm.
type act struct {
	name  string
	power Power // who can
	do    func(*Attacker)
}

// acts is all of them, in the order in which the luck of a seed counts them.
func acts() []act {
	return []act{
		{"replay", Outsider, func(a *Attacker) { a.send(pick(a, a.recorded)) }},
		{"flip a bit", Outsider, (*Attacker).flip},
		{"cut", Outsider, func(a *Attacker) { a.send(pick(a, a.recorded)[:a.luckyLen()]) }},
		{"lengthen", Outsider, func(a *Attacker) { a.send(append(slices.Clone(pick(a, a.recorded)), a.noise(1+a.luck.IntN(9))...)) }},
		{"noise", Outsider, func(a *Attacker) { a.send(a.noise(1 + a.luck.IntN(255))) }},
		{"another network", Outsider, (*Attacker).foreign},
		{"key hello", Revoked, (*Attacker).keyHello},
		{"key ask", Revoked, (*Attacker).keyAsk},
		{"key part", Revoked, (*Attacker).keyPart},
		{"own key block", Revoked, (*Attacker).ownBlock},
		{"hello", Revoked, (*Attacker).hello},
		{"vector", Revoked, (*Attacker).vector},
		{"acceptance", Revoked, (*Attacker).acceptance},
		{"receipt", Revoked, (*Attacker).receipt},
		{"challenge", Revoked, (*Attacker).challenge},
		{"fragment", Revoked, (*Attacker).fragment},
		{"need", Revoked, (*Attacker).need},
		{"variants", Revoked, func(a *Attacker) { a.say(a.anybody(), frame.Item{Kind: 11, Body: a.noise(1 + a.luck.IntN(60))}) }},
		{"said again", Revoked, func(a *Attacker) { a.say(a.anybody(), a.heard()) }},
		{"said with a bit flipped", Revoked, (*Attacker).flipItem},
		{"pose", Revoked, (*Attacker).pose},
		{"own words", Revoked, (*Attacker).ownWords},
		{"unsigned flash", Revoked, (*Attacker).flash},
		{"receipts in a bundle", Revoked, (*Attacker).receipts},
		{"head", Revoked, (*Attacker).head},
		{"suspension", Revoked, (*Attacker).suspension},
		{"other acts", Revoked, (*Attacker).otherActs},
		{"time", Revoked, (*Attacker).beacon},
		{"window", Revoked, (*Attacker).spoilWindow},
	}
}

// pick returns one of a list; its zero value if the list is empty.
func pick[T any](a *Attacker, list []T) (one T) {
	if len(list) > 0 {
		one = list[a.luck.IntN(len(list))]
	}
	return one
}

func (a *Attacker) noise(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(a.luck.Uint32())
	}
	return out
}

// luckyLen is a length that the shortest recorded frames have.
func (a *Attacker) luckyLen() int {
	least := 0
	for i, r := range a.recorded {
		if i == 0 || len(r) < least {
			least = len(r)
		}
	}
	return a.luck.IntN(least + 1)
}

// flip changes one bit of a recorded frame: one position after the other.
func (a *Attacker) flip() {
	data := slices.Clone(pick(a, a.recorded))
	if len(data) == 0 {
		return
	}
	a.flips++
	bit := a.flips % (8 * len(data))
	data[bit/8] ^= 1 << (bit % 8)
	a.send(data)
}

// foreign sends a frame of a network of his own, in which he may do everything.
func (a *Attacker) foreign() {
	other, err := NewOperator(a.w.opts.Seed+1_000_003, 2, a.w.opts.Start.Day())
	if err != nil {
		panic("internal error: " + err.Error())
	}
	e := newEar(other)
	e.at([]clock.Day{a.w.day()})
	key := frame.NewBootstrapKey(e.keys.Bootstrap())
	item := frame.Item{Kind: frame.KindKeyHello, Body: frame.KeyHello{Serial: 9, Day: a.w.day()}.Append(nil)}
	if serials := e.keys.Serials(); a.luck.IntN(3) > 0 {
		k, _ := e.keys.Link(serials[0], a.w.day())
		key = frame.NewKey(k)
		item = frame.Item{Kind: frame.KindHello, Body: frame.Hello{Summary: a.luck.Uint32()}.Append(nil)}
		if a.luck.IntN(2) == 0 {
			if b := a.compose(e.keys, other.Private[0], a.groupHeader(1), a.text(1)); b != nil {
				item = frame.Item{Kind: frame.KindBundle, Body: b.Encode()}
			}
		}
	}
	a.send(frame.Seal(key, frame.Frame{From: 1, Counter: a.luck.Uint32N(1 << 16), Items: []frame.Item{item}}))
}

// whisper says something under the bootstrap key, in anybody's name.
func (a *Attacker) whisper(items ...frame.Item) {
	l := pick(a, a.loot)
	l.read(a.w)
	f := frame.Frame{From: a.anybody(), Items: items}
	f.Counter = a.nextCounter(f.From)
	a.seal(l.boot, f)
}

func (a *Attacker) keyHello() {
	h := frame.KeyHello{Serial: uint32(1 + a.luck.IntN(20)), Day: a.w.day()}
	if a.luck.IntN(3) == 0 {
		h.Serial = 1<<31 - 1
	}
	if a.luck.IntN(2) == 0 {
		h.Day = a.day()
	}
	a.whisper(frame.Item{Kind: frame.KindKeyHello, Body: h.Append(nil)})
}

func (a *Attacker) keyAsk() {
	ask := frame.KeyAsk{To: a.anybody(), Serial: uint32(1 + a.luck.IntN(len(a.w.operator.blocks))), Parts: []int{0, 1, 2, 3}}
	a.whisper(frame.Item{Kind: frame.KindKeyAsk, Body: ask.Append(nil)})
}

// keyPart sends a part of a true block with something changed, or noise as one.
func (a *Attacker) keyPart() {
	b := pick(a, a.w.operator.blocks)
	parts := b.Parts()
	i := a.luck.IntN(len(parts))
	p := frame.KeyPart{Serial: b.Serial + uint32(a.luck.IntN(2)), Index: i, Pieces: 1, Data: slices.Clone(parts[i].Data)}
	if a.luck.IntN(2) == 0 {
		p.Data[a.luck.IntN(len(p.Data))] ^= 1 << a.luck.IntN(8)
	}
	a.sayPart(p)
}

func (a *Attacker) sayPart(p frame.KeyPart) {
	a.whisper(frame.Item{Kind: frame.KindKeyPart, Body: p.Append(nil)})
}

// ownBlock sends the first part of a block that he signed himself.
func (a *Attacker) ownBlock() {
	l := pick(a, a.loot)
	tree := keyblock.Tree{Generation: 1, Height: a.w.operator.tree.Height, Start: 1}
	serial := uint32(1 + a.luck.IntN(30))
	b, _, err := tree.Make(keyblock.Plan{
		Operator: a.w.operator.Roster.Operator(), Serial: serial, First: a.w.day(), Top: a.w.operator.top,
		Revoked: []ident.Number{a.honest()},
	}, l.host.private, stream(a.w.opts.Seed, "attacker's blocks", int(serial)))
	if err != nil {
		panic("internal error: " + err.Error())
	}
	a.sayPart(frame.KeyPart{Serial: serial, Pieces: 1, Data: b.Parts()[0].Data})
}
