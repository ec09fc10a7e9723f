package mesh

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// acceptFrom queues the acceptance of custody of a bundle for the neighbour
// that sent it. The bundle's batch has been closed before: the acceptance
// stands behind it in the stream of effects.
func (n *Node) acceptFrom(l *link, to ident.Number, id bundle.ID, hash [32]byte) {
	if len(l.accepts) >= maxPending || slices.ContainsFunc(l.accepts, func(a owedAccept) bool { return a.to == to && a.id == id }) {
		return
	}
	l.accepts = append(l.accepts, owedAccept{to: to, id: id, hash: hash})
	l.charge(to, frame.AcceptSize(1))
	if l.acceptDue == clock.Never {
		slots := max(1, len(l.reach))
		l.acceptDue = n.now.Mono.Add(n.spreadOver(l.timing.AcceptSlot * timeFactor(slots)))
	}
}

// takeAccepts builds one acceptance for the neighbour that waits longest, of
// at most room bytes, and takes it off the list.
func (n *Node) takeAccepts(l *link, room int) (frame.Item, bool) {
	if len(l.accepts) == 0 || room < frame.AcceptSize(1) {
		return frame.Item{}, false
	}
	to := l.accepts[0].to
	limit := (room - frame.AcceptSize(0)) / bundle.IDSize
	var chosen, rest []owedAccept
	for _, a := range l.accepts {
		if a.to == to && len(chosen) < limit {
			chosen = append(chosen, a)
		} else {
			rest = append(rest, a)
		}
	}
	l.accepts = rest
	if len(rest) == 0 {
		l.acceptDue = clock.Never
	}
	slices.SortFunc(chosen, func(a, b owedAccept) int { return a.id.Compare(b.id) })
	acc := frame.Accept{To: to}
	hashes := sha256.New()
	for _, a := range chosen {
		acc.IDs = append(acc.IDs, a.id)
		hashes.Write(a.hash[:])
	}
	mac, err := n.acceptMAC(to, n.self, to, acc.IDs, hashes.Sum(nil))
	if err != nil {
		return frame.Item{}, false // the neighbour has left the roster
	}
	acc.MAC = mac
	return frame.Item{Kind: frame.KindAccept, Body: acc.Append(nil)}, true
}

// acceptMAC authenticates an acceptance between two nodes: who accepts from
// whom, which bundles, and the hash over their hashes. The direction is part of
// it, so that an acceptance cannot be turned back on its maker.
func (n *Node) acceptMAC(peer, by, from ident.Number, ids []bundle.ID, hashes []byte) ([8]byte, error) {
	who := binary.BigEndian.AppendUint16(nil, uint16(by))
	who = binary.BigEndian.AppendUint16(who, uint16(from))
	var list []byte
	for _, id := range ids {
		list = binary.BigEndian.AppendUint16(list, uint16(id.Origin))
		list = binary.BigEndian.AppendUint16(list, uint16(id.Day))
		list = binary.BigEndian.AppendUint16(list, id.Seq)
	}
	return n.keys.PairMAC(peer, seal.LabelAccept, who, list, hashes)
}

// onAccept takes an acceptance. One for this node is believed if it proves
// itself. One for another node is a hint that its sender needs no copy: it
// saves airtime now, and the vectors repair it if it was a lie.
func (n *Node) onAccept(l *link, from ident.Number, body []byte) {
	acc, err := frame.DecodeAccept(body, n.today())
	if err != nil {
		n.count(countMalformed)
		return
	}
	if acc.To != n.self {
		n.noteHears(l, from, acc.To)
		for _, id := range acc.IDs {
			n.release(l, from, id)
		}
		return
	}
	hashes := sha256.New()
	for _, id := range acc.IDs {
		hash, ok := n.hashOf(id)
		if !ok {
			n.count(countAcceptStale)
			return
		}
		hashes.Write(hash[:])
	}
	want, err := n.acceptMAC(from, from, n.self, acc.IDs, hashes.Sum(nil))
	if err != nil || !hmac.Equal(want[:], acc.MAC[:]) {
		n.count(countAcceptForged)
		return
	}
	n.count(countAccepted)
	l.answer(from)
	for _, id := range acc.IDs {
		if it := n.live.get(id); it != nil && !it.Stored {
			n.prove(l, from) // nobody can have accepted it before this life began
		}
		n.commitLarge() // a frame of a LAN holds thousands
		n.accepted(from, id)
		n.release(l, from, id)
	}
}

// accepted notes a proven acceptance.
func (n *Node) accepted(by ident.Number, id bundle.ID) {
	it := n.live.get(id)
	if it == nil {
		return
	}
	it.Holders.Add(by)
	if it.Own && it.Record != 0 {
		n.updateRecord(it.Record, func(m *Message) bool {
			if slices.Contains(m.Held, by) {
				return false
			}
			m.Held = append(m.Held, by)
			slices.Sort(m.Held)
			m.State = max(m.State, Held)
			return true
		})
	}
	if it.NoReceipt && it.To.Node == by {
		n.dropLive(it) // its addressee has it, and nobody waits for a receipt
	}
}

// release takes a neighbour off the task of a bundle.
func (n *Node) release(l *link, num ident.Number, id bundle.ID) {
	if t := l.queue.Get(routing.Key{ID: id, Kind: routing.SendBundle}); t != nil {
		l.serve(t, num)
	}
}

// serve notes that a neighbour is believed to have what a task sends. A bundle
// of this node's own of which nobody proved custody yet goes out again all the
// same: its user wants to know who holds it, and a neighbour that has it
// answers a repetition with the proof.
func (l *link) serve(t *routing.Task, num ident.Number) {
	if t.Kind == routing.SendBundle && t.Item.Own && t.Attempts > 0 && len(t.Item.Holders) == 0 {
		return
	}
	if t.Needs.Remove(num) && len(t.Needs) == 0 {
		l.drop(t)
	}
}

// hashOf returns the hash of a bundle that this node holds, or whose receipt
// it holds.
func (n *Node) hashOf(id bundle.ID) (hash [32]byte, ok bool) {
	if data, ok := n.view.Get(idKey(prefixBundle, id)); ok {
		return sha256.Sum256(data), true
	}
	if v, ok := n.view.Get(idKey(prefixReceipt, id)); ok {
		t, sound := tombstoneOf(v)
		return t.hash, sound && t.hash != [32]byte{}
	}
	return hash, false
}
