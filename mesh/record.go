package mesh

import (
	"encoding/json"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/store"
)

// messageOf makes the entry of a bundle that came, but for what it says.
func messageOf(b *bundle.Bundle) Message {
	return Message{
		ID: b.ID, From: b.ID.Origin, To: b.To, Precedence: b.Precedence, Created: b.Created, Expires: b.Expires(),
		State: Received, Proof: proofOf(b), Hash: b.Hash(), Signed: b.Signed,
	}
}

// sending is messageOf for a bundle of this node.
func sending(b *bundle.Bundle) Message {
	m := messageOf(b)
	m.Outgoing, m.State = true, Queued
	return m
}

// addRecord gives a message the next number of the record and writes it.
func (n *Node) addRecord(m *Message) {
	n.record++
	m.Number = n.record
	m.Recorded = n.now.Wall
	n.batch.Put(nodeKey(nameRecord), numberValue(n.record))
	var index []byte
	for _, number := range append(n.recordNumbers(m.ID), m.Number) {
		index = append(index, numberValue(number)...)
	}
	n.batch.Put(idKey(prefixIndex, m.ID), index)
	n.putRecord(m)
}

func (n *Node) putRecord(m *Message) {
	n.batch.Put(numberKey(prefixMessage, m.Number), encodeJSON(m))
	n.recent.put(m)
}

// updateRecord changes one message of the record in the batch in progress. If
// change returns true the message is written and the user told.
func (n *Node) updateRecord(number uint64, change func(*Message) bool) {
	m, ok := n.message(number)
	if !ok || !change(&m) {
		return
	}
	n.putRecord(&m)
	n.after(Update{Message: m})
}

// recordNumbers returns where in the record the messages of an id stand: one, but
// for those whose number several bundles have.
func (n *Node) recordNumbers(id bundle.ID) []uint64 {
	if !n.vectors.Have(id) { // spares the disk a question for nearly every bundle
		return nil
	}
	v, _ := n.read(idKey(prefixIndex, id))
	return indexNumbers(v)
}

func recordNumbers(v store.View, id bundle.ID) []uint64 {
	value, _ := v.Get(idKey(prefixIndex, id))
	return indexNumbers(value)
}

func indexNumbers(v []byte) (list []uint64) {
	for ; len(v) >= 8; v = v[8:] {
		list = append(list, valueNumber(v[:8]))
	}
	return list
}

// message returns a message of the record as the action in progress left it.
func (n *Node) message(number uint64) (m Message, ok bool) {
	if m, ok := n.recent.get(number); ok {
		return m, true
	}
	value, ok := n.read(numberKey(prefixMessage, number))
	if !ok || json.Unmarshal(value, &m) != nil {
		return Message{}, false
	}
	return m, true
}

func readMessage(v store.View, number uint64) (m Message, ok bool) {
	value, ok := v.Get(numberKey(prefixMessage, number))
	if !ok || json.Unmarshal(value, &m) != nil {
		return Message{}, false
	}
	return m, true
}

// Messages returns up to limit messages of the record with numbers above
// after, in ascending order.
func Messages(v store.View, after uint64, limit int) []Message {
	var list []Message
	limit = min(limit, maxReaderLimit)
	v.Scan([]byte{prefixMessage}, numberKey(prefixMessage, after+1), func(_, value []byte) bool {
		if len(list) >= limit {
			return false
		}
		var m Message
		if json.Unmarshal(value, &m) == nil {
			list = append(list, m)
		}
		return true
	})
	return list
}

// LastMessage returns the number of the newest message of the record, or 0.
func LastMessage(v store.View) uint64 {
	value, _ := v.Get(nodeKey(nameRecord))
	return valueNumber(value)
}

// Find returns the message that travelled in a bundle of the given id. Of several,
// it is this node's own one, or the one whose sender is surest, or else the first.
func Find(v store.View, id bundle.ID) (best Message, ok bool) {
	for _, m := range FindAll(v, id) {
		if !ok || m.surer(best) {
			best, ok = m, true
		}
	}
	return best, ok
}

// surer orders messages of one id.
func (m *Message) surer(than Message) bool {
	sure := func(m *Message) int {
		switch {
		case m.Outgoing:
			return 3
		case m.Proof == Contradicted:
			return 0
		case m.Proof == Proven:
			return 2
		}
		return 1
	}
	return sure(m) > sure(&than)
}

// FindAll returns all messages that travelled in bundles of the given id, in the
// order in which they came.
func FindAll(v store.View, id bundle.ID) (list []Message) {
	for _, number := range recordNumbers(v, id) {
		if m, ok := readMessage(v, number); ok {
			list = append(list, m)
		}
	}
	return list
}

// Holds reports whether the store holds a live bundle of the given id, or the
// proof that one was delivered.
func Holds(v store.View, id bundle.ID) (held bool) {
	for _, prefix := range []byte{prefixLive, prefixReceipt} {
		if _, ok := v.Get(idKey(prefix, id)); ok {
			return true
		}
	}
	v.Scan(idKey(prefixVariant, id), nil, func(_, _ []byte) bool {
		held = true
		return false
	})
	return held
}

// encodeJSON encodes a value of this package's own making, which cannot fail.
func encodeJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("mesh: " + err.Error())
	}
	return b
}
