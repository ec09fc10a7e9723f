package sim

import (
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/store"
)

// startCommit begins to make durable the commit in front of the stream,
// together with as many of those behind it as the disk's luck will have:
// commits may be joined, even across effects that are not commits.
func (w *World) startCommit(h *host) {
	if h.joined > 0 {
		return // one write at a time
	}
	waiting := 0
	for _, e := range h.queue {
		if _, ok := e.(mesh.Commit); ok {
			waiting++
		}
	}
	h.joined = 1
	if !w.Faults.CommitOne {
		h.joined += h.luck.IntN(waiting)
	}
	took := w.opts.Disk[0]
	if span := w.opts.Disk[1] - w.opts.Disk[0]; span > 0 {
		took += time.Duration(h.luck.Int64N(int64(span)))
	}
	w.after(took, event{kind: evDurable, node: h.index, life: h.life})
}

// durable ends a commit: well, with the node told and the effects behind it
// free to leave; or badly, with the node discarded and built anew.
func (w *World) durable(h *host) {
	again := rebuildDelay
	if fail := w.faults().CommitFail; fail > 0 && h.luck.Float64() < fail {
		h.disk.FailNextCommit(diskFull)
	}
	if h.full > 0 {
		h.disk.FailNextCommit(diskFull)
		again = fullDelay
	}
	n := h.joined
	if err := w.commit(h); err != nil {
		w.story.note(w.now, h.index, "commit failed", []byte(err.Error()), err)
		w.fell(h)
		w.after(again, event{kind: evStart, node: h.index})
		return
	}
	for range n {
		w.take(h, mesh.Committed{})
	}
	w.release(h)
	w.arm(h)
}

// commit writes the commits under way and takes them out of the stream. The
// effects between them stay, in order.
func (w *World) commit(h *host) error {
	var batches []*store.Batch
	rest := make([]mesh.Effect, 0, len(h.queue))
	for _, e := range h.queue {
		if c, ok := e.(mesh.Commit); ok && len(batches) < h.joined {
			batches = append(batches, c.Batch)
			continue
		}
		rest = append(rest, e)
	}
	w.saveKeys(h)
	h.joined = 0
	if err := h.disk.Commit(batches...); err != nil {
		return err
	}
	h.queue = rest
	w.story.note(w.now, h.index, "durable", nil, len(batches))
	return nil
}

// saveKeys overwrites the vault with the newest key ring among the commits under
// way, which comes before they are written.
func (w *World) saveKeys(h *host) {
	n := 0
	for _, e := range h.queue {
		c, ok := e.(mesh.Commit)
		if !ok || n == h.joined {
			continue
		}
		n++
		if c.Keys == nil {
			continue
		}
		_ = h.vault.Save(c.Keys) // in memory it cannot fail
		if ring, err := keyring.Decode(c.Keys); err != nil {
			w.violate("node %d saves keys that cannot be read: %v", h.number, err)
		} else {
			h.notice(w.now, ring)
		}
	}
}
