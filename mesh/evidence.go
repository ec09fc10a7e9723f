package mesh

import (
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/routing"
	"github.com/blackstart-mesh/blackstart/store"
)

// Day keys are erased, and what they opened is closed then. A message that somebody
// may have to answer for years later is kept beside the record as it travelled,
// with the key of this one message: the signature over the bundle says who wrote it,
// the key what it says. Of a message that a head signed, the head is kept the same
// way, with the hashes of all bundles that it lists.

// Evidence says which messages are kept so that they can be proven for good.
type Evidence uint8

const (
	EvidenceRequired Evidence = iota // FLASH, orders and administration
	EvidenceAll                      // every message
)

// Exhibit is one message as it travelled, with what it takes to open and to prove
// it. The key opens this message and no other.
type Exhibit struct {
	Number uint64 // in the record of the node that kept it
	Bundle []byte
	Day    clock.Day // of the bundle's id, in full
	Key    seal.MessageKey
	Signer []byte       // the certificate of its origin as it was then: an ident.Certificate
	Head   *HeadExhibit // that signed it, if its own signature does not
}

// HeadExhibit is a head as it travelled.
type HeadExhibit struct {
	Bundle []byte
	Day    clock.Day
	Key    seal.MessageKey
	Hashes [][32]byte // of the bundles it lists, ascending by their numbers
}

const messageKeySize = 64

func appendMessageKey(dst []byte, k seal.MessageKey, data []byte) []byte {
	dst = append(dst, k.MAC[:]...)
	dst = append(dst, k.Text[:]...)
	return append(dst, data...)
}

// cutMessageKey undoes appendMessageKey; v has messageKeySize bytes or more.
func cutMessageKey(v []byte) (k seal.MessageKey, data []byte) {
	return seal.MessageKey{MAC: [32]byte(v), Text: [32]byte(v[32:])}, v[messageKeySize:]
}

// keepEvidence keeps a message of the record with its key, if it is of a kind that
// must be provable. Never that of a group's secret: it would lie in the store, which
// cannot be overwritten, with the key that opens it.
func (n *Node) keepEvidence(number uint64, b *bundle.Bundle, o bundle.Opened) {
	if o.Type == bundle.ContentGroupSecret {
		return
	}
	cert, ok := n.certificate(b.ID.Origin)
	if ok && (n.evidence == EvidenceAll || b.Precedence == bundle.Flash || o.Type.SignedAlways()) {
		signer := cert.Encode()
		v := binary.BigEndian.AppendUint16(appendMessageKey(nil, o.Key, nil), uint16(len(signer)))
		n.batch.Put(numberKey(prefixEvidence, number), append(append(v, signer...), b.Encode()...))
	}
}

// exhibitOf reads an entry under prefixEvidence.
func exhibitOf(v []byte) (e Exhibit, ok bool) {
	if len(v) < messageKeySize+2 {
		return e, false
	}
	e.Key, v = cutMessageKey(v)
	size := int(binary.BigEndian.Uint16(v))
	if v = v[2:]; len(v) < size {
		return e, false
	}
	e.Signer, e.Bundle = v[:size], v[size:]
	return e, true
}

// keepOwnEvidence is keepEvidence for what this node wrote.
func (n *Node) keepOwnEvidence(m *Message, b *bundle.Bundle) {
	if n.evidence != EvidenceAll && m.Precedence != bundle.Flash && !m.Act.SignedAlways() {
		return
	}
	if o, err := b.Open(n.keys); err == nil {
		n.keepEvidence(m.Number, b, o)
	}
}

// keepHeadDoc keeps a head that proves messages of which evidence is kept.
func (n *Node) keepHeadDoc(head *bundle.Bundle, hashes [][32]byte) {
	if n.evidence != EvidenceAll || len(hashes) == 0 {
		return
	}
	o, err := head.Open(n.keys)
	if err != nil {
		return
	}
	data := head.Encode()
	v := binary.BigEndian.AppendUint16(nil, uint16(len(data)))
	v = appendMessageKey(v, o.Key, data)
	for i := range hashes {
		v = append(v, hashes[i][:]...)
	}
	n.batch.Put(headDocKey(head), v)
}

func headDocKey(head *bundle.Bundle) []byte {
	hash := head.Hash()
	return hashKey(prefixHeadDoc, head.ID, routing.Prefix(hash[:8]))
}

// putHeadOf notes which head proved a message of which evidence is kept.
func (n *Node) putHeadOf(number uint64, head *bundle.Bundle) {
	if n.evidence == EvidenceAll {
		n.batch.Put(numberKey(prefixHeadOf, number), headDocKey(head))
	}
}

// ExhibitOf returns the evidence that is kept of a message of the record; ok is
// false if none is.
func ExhibitOf(v store.View, m Message) (e Exhibit, ok bool) {
	value, _ := v.Get(numberKey(prefixEvidence, m.Number))
	if e, ok = exhibitOf(value); !ok {
		return e, false
	}
	e.Number, e.Day = m.Number, m.ID.Day
	if key, ok := v.Get(numberKey(prefixHeadOf, m.Number)); ok {
		doc, _ := v.Get(key)
		e.Head = headExhibit(key, doc)
	}
	return e, true
}

func headExhibit(key, v []byte) *HeadExhibit {
	head, _, ok := hashOfKey(key)
	if !ok || len(v) < 2+messageKeySize {
		return nil
	}
	size := int(binary.BigEndian.Uint16(v))
	k, rest := cutMessageKey(v[2:])
	if len(rest) < size || (len(rest)-size)%32 != 0 {
		return nil
	}
	h := &HeadExhibit{Bundle: rest[:size], Day: head.Day, Key: k}
	for rest = rest[size:]; len(rest) > 0; rest = rest[32:] {
		h.Hashes = append(h.Hashes, [32]byte(rest))
	}
	return h
}
