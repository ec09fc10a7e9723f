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
	if len(l.accepts) >= maxPending || slices.ContainsFunc(l.accepts, func(a owedAccept) bool { return a.to == to && a.id == id && a.hash == hash }) {
		return
	}
	a := owedAccept{to: to, id: id, hash: hash, class: n.precedence(id)}
	a.urgent = l.air.rule.Limited() && a.class <= bundle.Immediate
	l.accepts = append(l.accepts, a)
	l.charge(to, frame.AcceptSize(1))
	if l.acceptDue == clock.Never {
		l.acceptDue = n.now.Mono.Add(n.answerDelay(l, to, id))
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
		if a.to == to && len(chosen) < limit && !slices.ContainsFunc(chosen, func(c owedAccept) bool { return c.id == a.id }) {
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
// saves airtime now, and the vectors repair it if it was a lie. Under an old key
// it is none: who was revoked could keep a FLASH waiting with it.
func (n *Node) onAccept(l *link, from ident.Number, body []byte, old bool) {
	acc, err := frame.DecodeAccept(body, n.today())
	if err != nil {
		n.count(countMalformed)
		return
	}
	if acc.To != n.self && old {
		n.count(countOldKey)
		return
	}
	if acc.To != n.self {
		n.noteHears(l, from, acc.To)
		for _, id := range acc.IDs {
			if it := n.live.get(id); it != nil && !n.live.contested(id) { // else it may be another one of the number
				l.release(from, it)
			}
		}
		return
	}
	items, reason := n.readAccept(from, acc)
	if reason != "" {
		n.count(reason)
		return
	}
	n.count(countAccepted)
	l.answer(from)
	for _, it := range items {
		if !it.Stored {
			n.prove(l, from) // nobody can have accepted it before this life began
		}
		n.commitLarge() // a frame of a LAN holds thousands
		n.accepted(from, it)
		l.release(from, it)
	}
}

// readAccept checks the proof of an acceptance and returns the live bundles that
// it accepts. Where this node knows several bundles of an id, the proof tells
// which was meant.
func (n *Node) readAccept(from ident.Number, acc frame.Accept) (items []*routing.Item, reason string) {
	lists := make([][]candidate, len(acc.IDs))
	for i, id := range acc.IDs {
		if lists[i] = n.candidates(id); len(lists[i]) == 0 {
			return nil, countAcceptStale
		}
	}
	chosen := make([]int, len(lists))
	for range maxAcceptTrials {
		hashes := sha256.New()
		for i, list := range lists {
			hashes.Write(list[chosen[i]].hash[:])
		}
		want, err := n.acceptMAC(from, from, n.self, acc.IDs, hashes.Sum(nil))
		if err == nil && hmac.Equal(want[:], acc.MAC[:]) {
			for i, list := range lists {
				if it := list[chosen[i]].it; it != nil {
					items = append(items, it)
				}
			}
			return items, ""
		}
		if err != nil || !nextChoice(chosen, func(i int) int { return len(lists[i]) }) {
			break
		}
	}
	return nil, countAcceptForged
}

// accepted notes a proven acceptance.
func (n *Node) accepted(by ident.Number, it *routing.Item) {
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
		n.endUnproven(it) // its addressee has it, and nobody waits for a receipt
	}
}

// release takes a neighbour off the task of a bundle.
func (l *link) release(num ident.Number, it *routing.Item) {
	if t := l.queue.Get(it.Task()); t != nil {
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
