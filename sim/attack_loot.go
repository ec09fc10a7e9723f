package sim

import (
	"bytes"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// loot is the keys of one node in an attacker's hands. The node itself runs on and
// follows the rules, so that nobody misses it; what its vault gets he gets, and he
// erases nothing.
type loot struct {
	host   *host
	vault  []byte // as it was read last
	epochs map[uint32]seal.Epoch
	keys   *seal.Keys
	days   clock.Day // for which set was made
	set    *frame.KeySet
	links  []*frame.Key
	boot   *frame.Key
	newest uint32
	out    uint32 // the serial of the block that locked the node out, once there is one
	looked int    // blocks that were looked at for that
}

// read brings the loot up to date.
func (l *loot) read(w *World) {
	vault, today := l.host.vault.Load(), w.day()
	if bytes.Equal(vault, l.vault) && l.days == today {
		return
	}
	l.vault, l.days = vault, today
	ring, err := keyring.Decode(vault)
	if err != nil {
		panic("internal error: vault of node " + l.host.number.String() + ": " + err.Error())
	}
	if l.epochs == nil {
		l.epochs = make(map[uint32]seal.Epoch)
	}
	s := ring.Secrets()
	for _, e := range s.Epochs {
		if old, ok := l.epochs[e.Serial]; !ok || e.Base < old.Base {
			l.epochs[e.Serial] = e
		}
	}
	s.Epochs = s.Epochs[:0]
	for _, e := range l.epochs { // order: NewKeys sorts them
		s.Epochs = append(s.Epochs, e)
	}
	slices.SortFunc(s.Epochs, func(a, b seal.Epoch) int { return int(b.Serial) - int(a.Serial) })
	l.newest = s.Epochs[0].Serial
	l.keys = seal.NewKeys(l.host.number, l.host.private, w.operator.Roster, s)
	l.boot = frame.NewBootstrapKey(l.keys.Bootstrap())
	l.links = nil
	for _, serial := range l.keys.Serials() {
		for _, day := range []clock.Day{today, today - 1, today + 1} {
			if k, ok := l.keys.Link(serial, day); ok && len(l.links) < frame.MaxKeys-1 {
				l.links = append(l.links, frame.NewKey(k))
			}
		}
	}
	l.set = frame.NewKeySet(append(slices.Clone(l.links), l.boot)...)
}

// locked is the serial of the block that locked the node out, or 0.
func (l *loot) locked(w *World) uint32 {
	for ; l.out == 0 && l.looked < len(w.operator.blocks); l.looked++ {
		if b := w.operator.blocks[l.looked]; b.Revokes(l.host.number) {
			l.out = b.Serial
		}
	}
	return l.out
}

// holds reports whether the attacker has the private key of a number.
func (a *Attacker) holds(num ident.Number) bool {
	return slices.ContainsFunc(a.loot, func(l *loot) bool { return l.host.number == num })
}

// learn reads what it can of a frame.
func (a *Attacker) learn(data []byte) {
	for _, l := range a.loot {
		l.read(a.w)
		f, _, err := frame.NewReceiver().Open(l.set, data)
		if err != nil {
			continue
		}
		a.counters[f.From] = max(a.counters[f.From], f.Counter)
		for _, it := range f.Items {
			it.Body = slices.Clone(it.Body)
			a.said = remember(a.luck, a.said, it)
			if it.Kind == frame.KindBundle {
				a.meet(it.Body)
			}
		}
		return
	}
}

// meet notes the number of a bundle.
func (a *Attacker) meet(body []byte) {
	b, err := bundle.Decode(body, a.w.day())
	if err != nil {
		return
	}
	if !slices.Contains(a.ids, b.ID) {
		a.ids = remember(a.luck, a.ids, b.ID)
	}
	if b.ID.Day == a.w.day() {
		a.tops[b.ID.Origin] = max(a.tops[b.ID.Origin], b.ID.Seq)
	}
}
