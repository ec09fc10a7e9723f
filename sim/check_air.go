package sim

import (
	"bytes"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// onAir checks a frame at the moment when it leaves a node: nothing in it is
// readable from outside, and everything that it says is durable.
func (w *World) onAir(h *host, data []byte) {
	if bytes.Contains(data, []byte(marker)) {
		w.violate("node %d sends a text in clear", h.number)
	}
	f, err := w.hearAll(data)
	if err != nil && w.copied[h.number] {
		return // its counters were jumped, and its next hello says how far
	}
	if err != nil {
		w.violate("node %d sends a frame that nobody can open: %v", h.number, err)
		return
	}
	if f.From != h.number {
		w.violate("node %d sends a frame as node %d", h.number, f.From)
	}
	if key := (counterKey{f.From, f.Counter}); w.counters[key] && w.copied[f.From] {
		w.repeated++
	} else if w.counters[key] {
		w.violate("node %d uses frame counter %d twice", h.number, f.Counter)
	} else {
		w.counters[key] = true
	}
	w.nonces.frame(w, h, f.From, data)
	for _, it := range f.Items {
		switch it.Kind {
		case frame.KindBundle:
			w.bundleOnAir(h, it.Body)
		case frame.KindFragment:
			w.fragmentOnAir(h, it.Body)
		case frame.KindAccept:
			w.acceptOnAir(h, it.Body)
		case frame.KindReceipt:
			w.receiptOnAir(h, it.Body)
		}
	}
}

func (w *World) bundleOnAir(h *host, body []byte) {
	b, err := bundle.Decode(body, w.day())
	if err != nil {
		w.violate("node %d sends a bundle that nobody can read: %v", h.number, err)
		return
	}
	hash := b.Hash()
	if b.Precedence == bundle.Flash && !b.Signed {
		w.violate("node %d sends FLASH %s without a signature", h.number, b.ID)
	}
	if w.fake[hash] || h.corrupt {
		return
	}
	w.nonces.bundle(w, h, b)
	name := bundleName{b.ID, b.Signed}
	known, ok := w.hashes[name]
	if ok && known != hash && w.copied[b.ID.Origin] {
		w.renumbered++
	} else if ok && known != hash {
		w.violate("bundle number %s is used twice", b.ID)
	}
	if !ok {
		w.spyBundle(b)
	}
	if !ok && b.To.Direct() {
		w.direct[b.ID] = b
	}
	w.hashes[name] = hash
	w.silent[b.ID], w.expiry[b.ID] = b.NoReceipt, b.Expires()
	// A commit behind this frame in the stream may be durable already, and may
	// have ended the bundle's life: by expiry, or if it wants no receipt, by an
	// acceptance.
	over := w.held[heldKey{h.number, b.ID}] || b.NoReceipt || w.reading(h).Surely(b.Expires())
	if !over && !mesh.Holds(h.disk, b.ID) {
		w.violate("node %d sends bundle %s, which is not durable there", h.number, b.ID)
	}
}

// acceptOnAir: an acceptance leaves only after what it speaks of is durable.
func (w *World) acceptOnAir(h *host, body []byte) {
	a, err := frame.DecodeAccept(body, w.day())
	if err != nil {
		w.violate("node %d sends an acceptance that nobody can read: %v", h.number, err)
		return
	}
	for _, id := range a.IDs {
		key := heldKey{h.number, id}
		expires, known := w.expiry[id]
		over := w.held[key] || w.silent[id] || !known || w.reading(h).Surely(expires) // its life there may be
		if !over && !mesh.Holds(h.disk, id) {
			w.violate("node %d accepts custody of %s, which is not durable there", h.number, id)
		}
		w.held[key] = true
	}
}

// receiptOnAir: a receipt leaves only after what it proves is true, and is
// durable where it comes from.
func (w *World) receiptOnAir(h *host, body []byte) {
	r, err := frame.DecodeReceipt(body, w.day())
	if err != nil {
		w.violate("node %d sends a receipt that nobody can read: %v", h.number, err)
		return
	}
	forgotten := w.reading(h).Surely((r.ID.Day + 1).Start().Add(bundle.MaxLifetime)) // by a commit behind this frame
	if !forgotten && !mesh.Holds(h.disk, r.ID) {
		w.violate("node %d sends a receipt of %s, which is not durable there", h.number, r.ID)
	}
	n, ok := w.byID[r.ID]
	if b := w.direct[r.ID]; !ok || w.copied[r.ID.Origin] || len(w.enemies) > 0 && (b == nil || !b.ReceiptMatches(r.T)) {
		return // its user was never told that it was accepted; or it is a forgery that cannot be checked there
	}
	if w.traffic[n].To.Node == 0 {
		w.violate("node %d sends a receipt of message %d, which is for a group", h.number, n)
		return
	}
	to := w.hosts[w.traffic[n].To.Node-1]
	if _, ok := w.traffic[n].at(to); !ok && !w.excused(to.number) {
		w.violate("node %d sends a receipt of message %d, which node %d does not have", h.number, n, to.number)
	}
}
