package mesh

import (
	"encoding/json"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/store"
)

// addRecord gives a message the next number of the record and writes it.
func (n *Node) addRecord(m *Message) {
	n.record++
	m.Number = n.record
	m.Recorded = n.now.Wall
	n.batch.Put(nodeKey(nameRecord), numberValue(n.record))
	n.batch.Put(idKey(prefixIndex, m.ID), numberValue(m.Number))
	n.putRecord(m)
}

func (n *Node) putRecord(m *Message) {
	n.batch.Put(numberKey(prefixMessage, m.Number), encodeJSON(m))
}

// updateRecord changes one message of the record in the batch in progress. If
// change returns true the message is written and the user told.
func (n *Node) updateRecord(number uint64, change func(*Message) bool) {
	value, ok := n.read(numberKey(prefixMessage, number))
	var m Message
	if !ok || json.Unmarshal(value, &m) != nil || !change(&m) {
		return
	}
	n.putRecord(&m)
	n.after(Update{Message: m})
}

// recordNumber returns the number in the record of a bundle's message, or 0.
func (n *Node) recordNumber(id bundle.ID) uint64 {
	v, ok := n.read(idKey(prefixIndex, id))
	if !ok {
		return 0
	}
	return valueNumber(v)
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

// Find returns the message that travelled in the bundle of the given id.
func Find(v store.View, id bundle.ID) (Message, bool) {
	value, ok := v.Get(idKey(prefixIndex, id))
	if !ok {
		return Message{}, false
	}
	return readMessage(v, valueNumber(value))
}

// Holds reports whether the store holds the live bundle of the given id, or
// the proof that it was delivered.
func Holds(v store.View, id bundle.ID) bool {
	if _, ok := v.Get(idKey(prefixLive, id)); ok {
		return true
	}
	_, ok := v.Get(idKey(prefixReceipt, id))
	return ok
}

// encodeJSON encodes a value of this package's own making, which cannot fail.
func encodeJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("mesh: " + err.Error())
	}
	return b
}
