package sim

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// day returns a day, which now and then is not today.
func (a *Attacker) day() clock.Day {
	return clock.Day(int(a.w.day()) + pick(a, []int{-20, -3, -1, 0, 0, 0, 0, 1, 3, 20}))
}

// number returns a number for a bundle in another's name, beside the next ones.
func (a *Attacker) number() uint16 {
	return pick(a, []uint16{0, 1, 1<<15 - 2, 1<<15 - 1, 1 << 15, 1<<16 - 1})
}

// anybody returns the number of any node, honest says of one that he has not.
func (a *Attacker) anybody() ident.Number { return a.w.hosts[a.luck.IntN(len(a.w.hosts))].number }

func (a *Attacker) honest() ident.Number {
	for {
		if num := a.anybody(); !a.w.hosts[num-1].corrupt {
			return num
		}
	}
}

// nextCounter returns a counter that whoever listens to a number has not heard of
// it: now and then just the one that it will use next.
func (a *Attacker) nextCounter(from ident.Number) uint32 {
	a.counters[from] += uint32(1 + a.luck.IntN(3))
	return a.counters[from]
}

// say sends items in a node's name under a link key that he has.
func (a *Attacker) say(from ident.Number, items ...frame.Item) {
	l := pick(a, a.loot)
	l.read(a.w)
	key := l.links[0]
	if a.luck.IntN(3) == 0 {
		key = pick(a, l.links)
	}
	if items[0].Kind >= frame.KindKeyHello && items[0].Kind <= frame.KindKeyAsk {
		key = l.boot
	}
	a.seal(key, frame.Frame{From: from, Counter: a.nextCounter(from), Items: items})
}

// seal sends a frame. A hello in front has to begin with the high bits of the
// counter, or it would not be one.
func (a *Attacker) seal(key *frame.Key, f frame.Frame) {
	if first := &f.Items[0]; first.Kind == frame.KindHello || first.Kind == frame.KindKeyHello {
		first.Body = slices.Clone(first.Body)
		if len(first.Body) < 2 {
			first.Body = make([]byte, 2)
		}
		binary.BigEndian.PutUint16(first.Body, uint16(f.Counter>>16))
	}
	a.send(frame.Seal(key, f))
}

// heard returns something that was said in a frame.
func (a *Attacker) heard() frame.Item {
	if len(a.said) == 0 {
		return frame.Item{Kind: frame.KindHello, Body: frame.Hello{}.Append(nil)}
	}
	return pick(a, a.said)
}

func (a *Attacker) flipItem() {
	it := a.heard()
	it.Body = slices.Clone(it.Body)
	bit := a.luck.IntN(8 * len(it.Body))
	it.Body[bit/8] ^= 1 << (bit % 8)
	if it.Kind == frame.KindBundle {
		a.w.fake[sha256.Sum256(it.Body)] = true
	}
	a.say(a.anybody(), it)
}

func (a *Attacker) hello() {
	a.say(a.anybody(), frame.Item{Kind: frame.KindHello, Body: frame.Hello{Summary: a.luck.Uint32()}.Append(nil)})
}

// vector says that a node has nothing, or all that was ever said and more.
func (a *Attacker) vector() {
	v := routing.NewVectors()
	switch a.luck.IntN(4) {
	case 0:
	case 1: // a jump in an honest node's numbers
		for _, seq := range []uint16{a.number(), a.number()} {
			v.AddHave(bundle.ID{Origin: a.honest(), Day: a.w.day(), Seq: seq})
		}
	default:
		for _, id := range a.ids {
			v.AddHave(id)
			if a.luck.IntN(2) == 0 {
				v.AddReceipt(id)
			}
		}
	}
	room := 240
	segments := v.Segments(room)
	a.say(a.anybody(), frame.Item{Kind: frame.KindVector, Body: pick(a, segments)})
}

// id returns the number of a bundle that was heard of, or of one that may come.
func (a *Attacker) id() bundle.ID {
	if len(a.ids) > 0 && a.luck.IntN(4) > 0 {
		return pick(a, a.ids)
	}
	o := a.honest()
	return bundle.ID{Origin: o, Day: a.w.day(), Seq: a.tops[o] + uint16(a.luck.IntN(2))}
}

// acceptance forges one in another's name; or makes a true one of his own, of
// what he will not keep.
func (a *Attacker) acceptance() {
	id, to := a.id(), a.honest()
	if a.luck.IntN(2) == 0 {
		to = id.Origin
	}
	acc := frame.Accept{To: to, IDs: []bundle.ID{id}, MAC: [8]byte(a.noise(8))}
	from := a.anybody()
	l := pick(a, a.loot)
	if hash, ok := a.w.hashes[bundleName{id, false}]; ok && a.luck.IntN(2) == 0 && to != l.host.number {
		from = l.host.number
		l.read(a.w)
		acc.MAC = acceptMAC(l.keys, from, to, id, hash)
	}
	a.say(from, frame.Item{Kind: frame.KindAccept, Body: acc.Append(nil)})
}

// acceptMAC is what package mesh makes of one id, see docs/spec/exchange.md.
func acceptMAC(k *seal.Keys, by, from ident.Number, id bundle.ID, hash [32]byte) [8]byte {
	who := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, uint16(by)), uint16(from))
	list := binary.BigEndian.AppendUint16(nil, uint16(id.Origin))
	list = binary.BigEndian.AppendUint16(list, uint16(id.Day))
	list = binary.BigEndian.AppendUint16(list, id.Seq)
	sum := sha256.Sum256(hash[:])
	mac, err := k.PairMAC(from, seal.LabelAccept, who, list, sum[:])
	if err != nil {
		panic("internal error: " + err.Error())
	}
	return mac
}

func (a *Attacker) receipt() {
	r := frame.Receipt{ID: a.id(), T: [8]byte(a.noise(8))}
	a.say(a.anybody(), frame.Item{Kind: frame.KindReceipt, Body: r.Append(nil)})
}

func (a *Attacker) challenge() {
	c := frame.Challenge{Nonce: [4]byte(a.noise(4))}
	body := c.Append(nil)
	if a.luck.IntN(2) == 0 {
		body = frame.Echo{To: a.honest(), MAC: [8]byte(a.noise(8))}.Append(nil)
	}
	a.say(a.anybody(), frame.Item{Kind: frame.KindChallenge, Body: body})
}

// fragment begins long bundles that never end, and spoils those of others.
func (a *Attacker) fragment() {
	f := frame.Fragment{Transfer: uint16(a.luck.Uint32()), Count: 2 + a.luck.IntN(1023), Data: a.noise(1 + a.luck.IntN(100))}
	for _, it := range a.said {
		if it.Kind == frame.KindFragment && a.luck.IntN(3) > 0 {
			if old, err := frame.DecodeFragment(it.Body); err == nil {
				f = old
				f.Data = a.noise(len(f.Data))
			}
			break
		}
	}
	f.Index = a.luck.IntN(f.Count + 100) // repair shards, too
	a.say(a.anybody(), frame.Item{Kind: frame.KindFragment, Body: f.Append(nil)})
}

func (a *Attacker) need() {
	n := frame.Need{To: a.honest(), Transfer: uint16(a.luck.Uint32()), More: []int{4}}
	a.say(a.anybody(), frame.Item{Kind: frame.KindNeed, Body: n.Append(nil)})
}

// spoilWindow moves the window of an honest node to the end of all counters.
func (a *Attacker) spoilWindow() {
	if a.luck.IntN(10) > 0 { // or nobody would ever be heard
		return
	}
	from, counter := a.honest(), ^uint32(0)-uint32(a.luck.IntN(5000))
	l := pick(a, a.loot)
	l.read(a.w)
	h := frame.Hello{Summary: a.luck.Uint32()}
	a.seal(l.links[0], frame.Frame{From: from, Counter: counter, Items: []frame.Item{{Kind: frame.KindHello, Body: h.Append(nil)}}})
}

// groupHeader is the head of a bundle to everyone in a node's name: under the next
// number, one that was used, or any other; of today or of another day.
func (a *Attacker) groupHeader(origin ident.Number) bundle.Header {
	h := bundle.Header{
		ID: bundle.ID{Origin: origin, Day: a.w.day(), Seq: a.tops[origin] + 1},
		To: bundle.Destination{Group: Everyone}, Precedence: bundle.Precedence(1 + a.luck.IntN(3)),
		Lifetime: time.Duration(1+a.luck.IntN(48)) * time.Hour,
	}
	switch a.luck.IntN(4) {
	case 0:
		h.ID.Seq = a.number()
	case 1:
		h.ID.Seq = uint16(a.luck.IntN(int(a.tops[origin]) + 1))
	case 2:
		h.ID.Day = a.day()
	}
	h.Created = h.ID.Day.Start().Add(time.Duration(a.w.opts.Start.Add(time.Duration(a.w.now))-a.w.day().Start()) * time.Millisecond)
	return h
}

// text makes a text that nobody else writes.
func (a *Attacker) text(claimed ident.Number) bundle.Content {
	a.texts++
	text := fmt.Sprintf("FORGED %d by attacker %d", a.texts, a.index)
	a.w.forged[text] = &forgery{attacker: a, claimed: claimed, at: a.w.now}
	return bundle.Content{Type: bundle.ContentText, Body: []byte(text)}
}

// compose makes a bundle, or nil if the keys do not reach.
func (a *Attacker) compose(k *seal.Keys, private *ident.Private, h bundle.Header, c bundle.Content) *bundle.Bundle {
	b, err := bundle.Compose(k, private, h, c)
	if err != nil {
		return nil
	}
	a.w.fake[b.Hash()] = true
	return b
}

// tell composes a bundle with the keys that he has, and sends it.
func (a *Attacker) tell(from ident.Number, h bundle.Header, c bundle.Content) {
	l := pick(a, a.loot)
	l.read(a.w)
	if b := a.compose(l.keys, l.host.private, h, c); b != nil {
		a.say(from, frame.Item{Kind: frame.KindBundle, Body: b.Encode()})
	}
}

// pose writes to everybody in an honest node's name: without a signature, or with
// his own.
func (a *Attacker) pose() {
	o := a.honest()
	h := a.groupHeader(o)
	h.Signed = a.luck.IntN(4) == 0
	from := o
	if a.luck.IntN(2) == 0 {
		from = a.anybody()
	}
	a.tell(from, h, a.text(o))
}

// ownWords is what a member may say: in his own name, signed, to all or to one.
func (a *Attacker) ownWords() {
	l := pick(a, a.loot)
	h := a.groupHeader(l.host.number)
	h.ID.Day = a.w.day()
	h.ID.Seq = 1<<14 + uint16(a.texts)
	h.Signed = true
	k := pick(a, a.loot) // a friend may lend him the keys of today
	if a.luck.IntN(2) == 0 {
		h.To, k = bundle.Destination{Node: a.honest()}, l
	}
	k.read(a.w)
	if b := a.compose(k.keys, l.host.private, h, a.text(l.host.number)); b != nil {
		a.say(pick(a, a.loot).host.number, frame.Item{Kind: frame.KindBundle, Body: b.Encode()})
	}
}

// acts that he has no right to, whatever they say.
func (a *Attacker) otherActs() {
	o := a.anybody()
	h := a.groupHeader(o)
	h.Signed = a.luck.IntN(4) > 0
	if a.luck.IntN(2) == 0 {
		h.To = bundle.Destination{Group: ident.NetworkGroup}
	}
	c := bundle.Content{Type: bundle.ContentType(5 + a.luck.IntN(7)), Body: a.noise(a.luck.IntN(100))}
	if a.luck.IntN(2) == 0 {
		c = a.text(o)
		order := bundle.Order{Valid: time.Hour, Text: string(c.Body)}
		c = bundle.Content{Type: order.Type(), Body: order.Append(nil)}
	}
	a.tell(o, h, c)
}

func (a *Attacker) flash() {
	o := a.anybody()
	h := a.groupHeader(o)
	h.Precedence, h.Signed = bundle.Flash, a.luck.IntN(2) == 0
	a.tell(o, h, a.text(o))
}

// receipts claims, to one or to all and in anybody's name, that bundles arrived.
func (a *Attacker) receipts() {
	id := a.id()
	id.Day = a.w.day()
	o := a.honest()
	h := a.groupHeader(o)
	if a.luck.IntN(2) == 0 {
		h.To = bundle.Destination{Node: id.Origin}
		h.ID.Origin = pick(a, a.loot).host.number
	}
	if h.To.Node == h.ID.Origin {
		return
	}
	r := bundle.Receipt{ID: id, Check: [bundle.CheckSize]byte(a.noise(bundle.CheckSize))}
	a.tell(h.ID.Origin, h, bundle.Content{Type: bundle.ContentReceipts, Body: bundle.AppendReceipts(nil, []bundle.Receipt{r})})
}

// head signs, in an honest node's name, for what is not its own; with his own
// signature or none.
func (a *Attacker) head() {
	o := a.honest()
	h := a.groupHeader(o)
	h.Signed = a.luck.IntN(2) == 0
	head := bundle.Head{First: 0, Span: int(a.tops[o]) + 2, Listed: []uint16{a.tops[o]}, Digest: bundle.HeadDigest([][32]byte{[32]byte(a.noise(32))})}
	a.tell(o, h, bundle.Content{Type: bundle.ContentHead, Body: head.Append(nil)})
}

// suspension suspends an honest node, which he has no right to.
func (a *Attacker) suspension() {
	o := a.anybody()
	h := a.groupHeader(o)
	h.To, h.Signed = bundle.Destination{Group: ident.NetworkGroup}, a.luck.IntN(4) > 0
	s := bundle.Suspension{Node: a.honest(), Lift: a.luck.IntN(3) == 0, Reason: "stolen"}
	if s.Node == o {
		return
	}
	a.tell(o, h, bundle.Content{Type: bundle.ContentSuspension, Body: s.Append(nil)})
}

// beacon tells a time that is years off, without being a fixed station.
func (a *Attacker) beacon() {
	o := a.anybody()
	h := a.groupHeader(o)
	h.To, h.Signed = bundle.Destination{Group: ident.NetworkGroup}, a.luck.IntN(4) > 0
	b := clock.Beacon{Time: h.Created.Add(time.Duration(a.luck.IntN(5)-2) * 365 * 24 * time.Hour), Error: 10 * time.Millisecond, Source: clock.GPS}
	a.tell(o, h, bundle.Content{Type: 5, Body: b.Encode()})
}
