package mesh

import "slices"

// A message of the record is changed a few times within a second or two after it
// was written: by acceptances, receipts and heads. So the newest ones are kept as
// they were written last, which spares reading and decoding them again.

const (
	maxRecent     = 2048    // messages kept
	maxRecentText = 1 << 10 // bytes of text of one; longer ones are read again
)

// recent is the messages written last, by number.
type recent struct {
	messages map[uint64]Message
	order    []uint64 // a ring of the keys
	next     int
}

func newRecent() *recent { return &recent{messages: make(map[uint64]Message)} }

// put keeps a message as it is written now.
func (r *recent) put(m *Message) {
	if len(m.Text) > maxRecentText {
		return
	}
	if _, known := r.messages[m.Number]; !known {
		if len(r.order) < maxRecent {
			r.order = append(r.order, m.Number)
		} else {
			delete(r.messages, r.order[r.next])
			r.order[r.next] = m.Number
			r.next = (r.next + 1) % maxRecent
		}
	}
	r.messages[m.Number] = m.clone()
}

// get returns a copy of a message.
func (r *recent) get(number uint64) (Message, bool) {
	m, ok := r.messages[number]
	return m.clone(), ok
}

// clone copies a message with its lists and its order: whoever changes one does
// not change the other, which others may be reading.
func (m Message) clone() Message {
	m.Held, m.Delivered = slices.Clone(m.Held), slices.Clone(m.Delivered)
	if m.Order != nil {
		o := *m.Order
		o.Answers = slices.Clone(o.Answers)
		if o.Cancelled != nil {
			c := *o.Cancelled
			o.Cancelled = &c
		}
		m.Order = &o
	}
	return m
}
