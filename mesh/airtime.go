package mesh

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// No frame leaves before the ledger of its band has room for the longest frame of
// its link, so that a frame that is packed can be sent. Where all but the reserve is
// used up, or comes too fast, only what is urgent is packed, and nothing beside it:
// reserve.go.
//
// What a restart may forget is claimed in the store before it is used: see package
// ledger.

const (
	airClaims   = 60               // a claim is this part of the limit, or one frame
	airSave     = 10 * time.Minute // between snapshots while something counts: a node that rests grows older, too
	airStampLen = 8

	reserveHellos = 2 // times the rarest beacons: between those that leave the reserve
)

// linkAir is what limits a link.
type linkAir struct {
	rule    ledger.Rule
	band    *airBand      // nil: it is no radio, or refused
	refused error         // why nothing may be sent at all
	out     time.Duration // of the outstanding frame
	hello   clock.Instant // no beacon leaves the reserve before
}

// airBand is what the links in one band share.
type airBand struct {
	key    []byte // in the store
	rule   ledger.Rule
	ledger *ledger.Ledger
	claim  time.Duration // what the store holds as used and is not yet
	saved  clock.Instant
}

// airOf finds what limits a link, and shortens its MTU where frames would be too
// long.
func (n *Node) airOf(index int, p *radio.Profile) linkAir {
	r, err := ledger.For(*p, n.licence)
	if err == nil && r.Name != "" {
		var mtu int
		if mtu, err = r.MTU(*p); err == nil {
			p.MTU = mtu
		}
	}
	if err != nil {
		n.after(Trace{What: "link may not send", Args: []any{"link", p.Name, "why", err.Error()}})
		return linkAir{refused: err}
	}
	if r.Name == "" {
		return linkAir{}
	}
	if detail := fmt.Sprintf("link %s: %s, on the operator's statement: %s", p.Name, r.Declared, n.licence); r.Declared != "" && n.declared[index] != detail {
		n.declared[index] = detail
		n.audit(AuditEvent{Action: ActionAdmin, By: "node.yaml", Detail: detail})
	}
	return linkAir{rule: r, band: n.airBand(r, *p, n.links[index])}
}

// airBand returns the ledger of a rule's band, from the store if it is the first link
// there in this life. former is what the link was before, if anything.
func (n *Node) airBand(r ledger.Rule, p radio.Profile, former *link) *airBand {
	name := fmt.Sprintf("%s %v", r.Name, r.Window)
	device, _, _ := strings.Cut(p.Name, "?")
	if r.High == 0 { // it may be any band, so each device counts for itself
		name += " " + device
	}
	b := n.bands[name]
	last := nodeKey(nameAirOf + device)
	if b == nil {
		b = &airBand{key: nodeKey(nameAirtime + name), rule: r, saved: n.now.Mono}
		n.bands[name] = b
		if !n.loadBand(b) && r.Stored() {
			n.sameAir(b, last, " "+device, former)
		}
	}
	if v, ok := n.read(last); !ok || !bytes.Equal(v, b.key) { // public: names in the store
		n.batch.Put(last, b.key)
	}
	return b
}

// loadBand reads what was used of a band: all of it where that cannot be read, is not
// stored, or the store was put back within the last hour. It reports whether anything
// is known.
func (n *Node) loadBand(b *airBand) bool {
	v, ok := n.read(b.key)
	switch back, restored := n.read(nodeKey(nameAirLost)); {
	case ok && len(v) >= airStampLen:
		b.ledger = ledger.Restore(n.now.Mono, b.rule, v[airStampLen:], n.sinceStamp(v))
		return true
	case !b.rule.Stored():
		b.ledger = ledger.Full(n.now.Mono, b.rule)
		return true
	case ok || restored && (len(back) != airStampLen || n.sinceStamp(back) < b.rule.Window):
		b.ledger = ledger.Full(n.now.Mono, b.rule)
		n.saveAir(b)
		return true
	}
	b.ledger = ledger.New(n.now.Mono, b.rule)
	return false
}

// sameAir counts in a band that is new here what the device used under its last rule,
// where one of the two does not say which band it is for: it may be the same. What was
// used without any limit is known no longer than until a restart.
func (n *Node) sameAir(b *airBand, last []byte, device string, former *link) {
	key, _ := n.read(last)
	if b.rule.High > 0 && !bytes.HasSuffix(key, []byte(device)) { // public: names in the store
		return
	}
	if former != nil && former.air.band != nil {
		if f := former.air.band; f.rule.Stored() || !f.rule.Limited() { // both count an hour
			b.ledger.Add(n.now.Mono, b.rule, f.ledger.Append(nil, n.now.Mono, 0), 0)
		}
	} else if v, ok := n.read(key); ok && len(v) >= airStampLen {
		b.ledger.Add(n.now.Mono, b.rule, v[airStampLen:], n.sinceStamp(v))
	}
	n.saveAir(b)
}

func (n *Node) sinceStamp(v []byte) time.Duration {
	return n.since(clock.Wall(binary.BigEndian.Uint64(v)))
}

// since is how long ago a moment was at least; 0 if nobody can tell.
func (n *Node) since(w clock.Wall) time.Duration {
	const long = clock.Wall(24 * time.Hour / time.Millisecond)
	earliest := max(n.now.Wall.Add(-n.now.Bound), n.now.Earliest)
	if earliest <= w {
		return 0
	}
	return time.Duration(min(earliest-w, long)) * time.Millisecond
}

// saveAir writes what counts, and the claim, in the batch in progress.
func (n *Node) saveAir(b *airBand) {
	b.saved = n.now.Mono
	v := binary.BigEndian.AppendUint64(nil, uint64(n.now.Wall.Add(n.now.Bound)))
	n.batch.Put(b.key, b.ledger.Append(v, n.now.Mono, b.claim))
}

// tendAir writes what counts now and then, so that after a restart the hour does not
// begin anew each time.
func (n *Node) tendAir() {
	for _, l := range n.links {
		if l != nil && n.airSaveDue(l) <= n.now.Mono {
			n.saveAir(l.air.band)
		}
	}
}

func (n *Node) airSaveDue(l *link) clock.Instant {
	if b := l.air.band; b != nil && b.rule.Stored() && b.ledger.Used(n.now.Mono) > 0 {
		return b.saved.Add(airSave)
	}
	return clock.Never
}

// beginAir counts a frame that is about to be handed over.
func (n *Node) beginAir(l *link, size int) {
	b := l.air.band
	if b == nil {
		return
	}
	now, d := n.now.Mono, l.profile.Airtime(size)
	use := ledger.Flash // or IMMEDIATE: neither is paced
	if b.ledger.Free(now, l.air.rule, d, ledger.Going) <= now {
		use = ledger.Going
	}
	if b.rule.Stored() {
		if b.claim < d {
			b.claim = max(d, b.rule.Limit/airClaims)
			n.saveAir(b)
		}
		b.claim -= d
	}
	b.ledger.Begin(now, l.air.rule, d, use)
	l.air.out = d
}

// endAir counts the outstanding frame as over, sent or not: a device that failed may
// have sent it.
func (n *Node) endAir(l *link) {
	if b := l.air.band; b != nil && l.air.out > 0 {
		b.ledger.End(n.now.Mono, l.air.out)
		l.air.out = 0
	}
}

// onAired counts what a device transmitted on its own.
func (n *Node) onAired(l *link, d time.Duration) {
	b := l.air.band
	if b == nil || d <= 0 {
		return
	}
	b.ledger.Reported(n.now.Mono, d)
	if b.rule.Stored() {
		if b.claim -= d; b.claim < 0 {
			b.claim = 0
			n.saveAir(b)
		}
	}
}
