package mesh

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
	"github.com/blackstart-mesh/blackstart/store"
)

// Findings is what Check found in a store.
type Findings struct {
	Messages int      // in the record
	Live     int      // bundles held
	Audits   int      // audit events
	Problems []string // what does not fit together; at most MaxProblems
	More     int      // problems beyond those listed
}

// MaxProblems bounds the list in Findings.
const MaxProblems = 100

// checker walks a store and holds its parts against each other.
type checker struct {
	view store.View
	self ident.Number
	f    Findings
	seen map[routing.Stream]*routing.Seen
}

// Check holds everything in the store of node self against everything else:
// live index and bundles, vectors, receipts, record and index, counters and
// audit events. It reads the whole store.
func Check(v store.View, self ident.Number) Findings {
	c := &checker{view: v, self: self, seen: make(map[routing.Stream]*routing.Seen)}
	c.vectors()
	c.live()
	c.bundles()
	c.receipts()
	c.record()
	c.index()
	c.audits()
	return c.f
}

func (c *checker) problem(format string, args ...any) {
	if len(c.f.Problems) == MaxProblems {
		c.f.More++
		return
	}
	c.f.Problems = append(c.f.Problems, fmt.Sprintf(format, args...))
}

func (c *checker) each(prefix byte, visit func(k, v []byte)) {
	c.view.Scan([]byte{prefix}, nil, func(k, v []byte) bool {
		visit(k, v)
		return true
	})
}

func (c *checker) vectors() {
	c.each(prefixSeen, func(k, v []byte) {
		st, ok := streamOf(k)
		seen, sound := routing.DecodeSeen(v)
		if !ok || !sound {
			c.problem("vector %x cannot be read", k)
			return
		}
		c.seen[st] = seen
	})
	day, next := clock.Day(0), uint32(0)
	if v, ok := c.view.Get(nodeKey(nameSequence)); ok && len(v) == 6 {
		day, next = clock.Day(binary.BigEndian.Uint16(v)), binary.BigEndian.Uint32(v[2:])
	}
	for st, seen := range c.seen { // order: at most one stream is of this day
		if top, ok := seen.Have.Max(); ok && st.Origin == c.self && st.Day == day && uint32(top) >= next {
			c.problem("sequence stands at %d although %d was used", next, top)
		}
	}
}

func (c *checker) haveSeen(id bundle.ID) bool {
	s := c.seen[routing.Stream{Origin: id.Origin, Day: id.Day}]
	return s != nil && s.Have.Has(id.Seq)
}

func (c *checker) live() {
	c.each(prefixLive, func(k, v []byte) {
		c.f.Live++
		id, ok := idOf(k)
		it, sound := liveItem(id, v)
		if !ok || !sound {
			c.problem("live entry %x cannot be read", k)
			return
		}
		data, ok := c.view.Get(idKey(prefixBundle, id))
		if !ok {
			c.problem("bundle %v is indexed but its bytes are missing", id)
			return
		}
		hash := sha256.Sum256(data)
		b, err := bundle.Decode(data, id.Day)
		switch {
		case err != nil:
			c.problem("bundle %v cannot be read: %v", id, err)
		case b.ID != id || [8]byte(hash[:8]) != it.Hash || len(data) != it.Size || b.Precedence != it.Precedence || b.To != it.To:
			c.problem("bundle %v is not what its index entry says", id)
		case !c.haveSeen(id):
			c.problem("bundle %v is held but not in the vector", id)
		}
		if it.Record != 0 {
			if m, ok := readMessage(c.view, it.Record); !ok || m.ID != id {
				c.problem("bundle %v points to message %d, which is not its own", id, it.Record)
			}
		}
	})
}

func (c *checker) bundles() {
	c.each(prefixBundle, func(k, _ []byte) {
		id, ok := idOf(k)
		if _, indexed := c.view.Get(idKey(prefixLive, id)); !ok || !indexed {
			c.problem("bundle %x is stored but not indexed", k)
		}
	})
}

func (c *checker) receipts() {
	c.each(prefixReceipt, func(k, v []byte) {
		id, ok := idOf(k)
		_, sound := tombstoneOf(v)
		s := c.seen[routing.Stream{Origin: id.Origin, Day: id.Day}]
		if !ok || !sound || s == nil || !s.Receipts.Has(id.Seq) {
			c.problem("receipt %x is damaged or not in the vector", k)
		}
	})
}

func (c *checker) record() {
	last, _ := c.view.Get(nodeKey(nameRecord))
	c.each(prefixMessage, func(k, v []byte) {
		c.f.Messages++
		var m Message
		if err := json.Unmarshal(v, &m); err != nil || len(k) != 9 {
			c.problem("message %x cannot be read: %v", k, err)
			return
		}
		number := binary.BigEndian.Uint64(k[1:])
		back, _ := c.view.Get(idKey(prefixIndex, m.ID))
		switch {
		case m.Number != number || number > valueNumber(last):
			c.problem("message %d stands at place %d of %d", m.Number, number, valueNumber(last))
		case valueNumber(back) != number:
			c.problem("message %v is in the record twice or not in the index", m.ID)
		case !c.haveSeen(m.ID) && !c.forgotten(m.ID):
			c.problem("message %v is in the record but not in the vector", m.ID)
		}
	})
	if uint64(c.f.Messages) > valueNumber(last) {
		c.problem("the record holds %d messages but counts %d", c.f.Messages, valueNumber(last))
	}
}

// forgotten reports whether the vector of a bundle's day has been dropped as a
// whole, as happens when the day is too old for anything to be alive.
func (c *checker) forgotten(id bundle.ID) bool {
	return c.seen[routing.Stream{Origin: id.Origin, Day: id.Day}] == nil
}

func (c *checker) index() {
	c.each(prefixIndex, func(k, v []byte) {
		id, ok := idOf(k)
		m, found := readMessage(c.view, valueNumber(v))
		if !ok || !found || m.ID != id {
			c.problem("index entry %x points to no message of its own", k)
		}
	})
}

func (c *checker) audits() {
	last, _ := c.view.Get(nodeKey(nameAudit))
	want := uint64(1)
	c.each(prefixAudit, func(k, v []byte) {
		c.f.Audits++
		var e AuditEvent
		if err := json.Unmarshal(v, &e); err != nil || len(k) != 9 || e.Number != binary.BigEndian.Uint64(k[1:]) {
			c.problem("audit event %x cannot be read", k)
			return
		}
		if e.Number != want {
			c.problem("audit events %d to %d are missing", want, e.Number-1)
		}
		want = e.Number + 1
	})
	if want != valueNumber(last)+1 {
		c.problem("the last audit event is %d but %d were written", want-1, valueNumber(last))
	}
}
