package mesh

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"

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
	used map[clock.Day]*routing.Set
}

// Check holds everything in the store of node self against everything else:
// live index and bundles, vectors, receipts, record and index, counters and
// audit events. It reads the whole store.
func Check(v store.View, self ident.Number) Findings {
	c := &checker{view: v, self: self, seen: make(map[routing.Stream]*routing.Seen), used: make(map[clock.Day]*routing.Set)}
	c.vectors()
	c.live()
	c.bundles()
	c.receipts()
	c.record()
	c.index()
	c.proofs()
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
	c.each(prefixUsed, func(k, v []byte) {
		set, ok := routing.DecodeSet(v)
		if !ok || len(k) != 3 {
			c.problem("set of used numbers %x cannot be read", k)
			return
		}
		c.used[clock.Day(binary.BigEndian.Uint16(k[1:]))] = set
	})
}

func (c *checker) haveSeen(id bundle.ID) bool {
	s := c.seen[routing.Stream{Origin: id.Origin, Day: id.Day}]
	return s != nil && s.Have.Has(id.Seq)
}

func (c *checker) live() {
	c.each(prefixLive, func(k, v []byte) {
		id, ok := idOf(k)
		it, sound := liveItem(id, v)
		if !ok || !sound {
			c.f.Live++
			c.problem("live entry %x cannot be read", k)
			return
		}
		data, ok := c.view.Get(idKey(prefixBundle, id))
		if !ok {
			c.f.Live++
			c.problem("bundle %v is indexed but its bytes are missing", id)
			return
		}
		c.item(it, data)
	})
	c.each(prefixVariant, func(k, v []byte) {
		it, ok := loadVariant(k, v)
		if !ok {
			c.f.Live++
			c.problem("bundle entry %x cannot be read", k)
			return
		}
		c.item(it, v[liveBytes:])
	})
}

// item holds a live bundle against its index entry, the vector and the record.
func (c *checker) item(it *routing.Item, data []byte) {
	c.f.Live++
	hash := sha256.Sum256(data)
	b, err := bundle.Decode(data, it.ID.Day)
	switch {
	case err != nil:
		c.problem("bundle %v cannot be read: %v", it.ID, err)
	case b.ID != it.ID || [8]byte(hash[:8]) != it.Hash || len(data) != it.Size || b.Precedence != it.Precedence || b.To != it.To || b.Signed != it.Signed:
		c.problem("bundle %v is not what its index entry says", it.ID)
	case !c.haveSeen(it.ID):
		c.problem("bundle %v is held but not in the vector", it.ID)
	}
	if it.Record != 0 {
		if m, ok := readMessage(c.view, it.Record); !ok || m.ID != it.ID {
			c.problem("bundle %v points to message %d, which is not its own", it.ID, it.Record)
		}
	}
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
		case !slices.Contains(indexNumbers(back), number):
			c.problem("message %v is not in the index", m.ID)
		case m.Outgoing && !c.forgotten(m.ID) && (c.used[m.ID.Day] == nil || !c.used[m.ID.Day].Has(m.ID.Seq)):
			c.problem("message %v was sent, but its number does not count as used", m.ID)
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
		seen := make(map[BundleHash]bool)
		for _, number := range indexNumbers(v) {
			m, found := readMessage(c.view, number)
			if !ok || !found || m.ID != id {
				c.problem("index entry %x points to no message of its own", k)
			}
			if seen[m.Hash] {
				c.problem("message %v is in the record twice", m.ID)
			}
			seen[m.Hash] = true
		}
	})
}

// proofs holds what is kept for heads and of evidence against the record.
func (c *checker) proofs() {
	scratch := &Node{proofs: newProofs(), authorship: authorship{used: make(map[clock.Day]*routing.Set), heads: make(map[headOf]*headDebt)}}
	for _, p := range []struct {
		prefix byte
		what   string
		load   func(k, v []byte) bool
	}{
		{prefixHead, "debt of a signature", scratch.loadHead},
		{prefixWaiting, "waiting head", scratch.loadWaiting},
		{prefixDenied, "set of denied numbers", scratch.loadDenied},
		{prefixEnded, "ended bundle", func(k, v []byte) bool {
			_, _, ok := hashOfKey(k)
			_, sound := endingOf(v)
			return ok && sound
		}},
	} {
		c.each(p.prefix, func(k, v []byte) {
			if !p.load(k, v) {
				c.problem("%s %x cannot be read", p.what, k)
			}
		})
	}
	c.each(prefixEvidence, func(k, v []byte) {
		e, ok := exhibitOf(v)
		if len(k) != 9 || !ok {
			c.problem("evidence %x cannot be read", k)
			return
		}
		number := binary.BigEndian.Uint64(k[1:])
		m, ok := readMessage(c.view, number)
		b, _, err := openExhibit(e.Bundle, m.ID.Day, e.Key)
		if !ok || err != nil || b.ID != m.ID {
			c.problem("evidence of message %d does not open it: %v", number, err)
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
