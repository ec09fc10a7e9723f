package frame

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Bounds of a Reassembler. What exceeds them evicts the transfer not heard for
// longest, first among those of the same transmitter: a neighbour that sends
// nonsense spoils its own transfers before those of others.
const (
	MaxTransfersEach = 8         // open or finished transfers of one transmitter
	MaxTransfers     = 128       // the same of all transmitters
	MaxTransferBytes = 512 << 10 // of all transfers, with shardCost for each shard
	shardCost        = 48        // what one takes beside its data: else bundles in tiny ones take many times the bound
)

// Errors of Reassembler.Add beside those of the decoders.
const (
	// ErrFinished: a shard of a bundle that is complete already. The sender has
	// not heard so, and wants to be told again.
	ErrFinished = frameError("fragment of a finished transfer")
	// ErrConflict: the shards do not fit together. More are needed.
	ErrConflict = frameError("fragments do not make what they name")
)

// Transfer names a bundle in shards, and how it is cut. Whoever sends shards of the
// same helps to make it: a relay's are as good as the origin's. (To keep apart what
// comes from different transmitters would be of no use against a member who spoils
// them, since he can transmit in anybody's name.) Who cuts it anew, for another frame
// size, begins another transfer.
type Transfer struct {
	Name        uint16
	Count, Size int
}

// TransferKey returns the transfer that a fragment belongs to.
func (f Fragment) TransferKey() Transfer { return Transfer{f.Transfer, f.Count, len(f.Data)} }

// Reassembler puts shards together. It belongs to one node; its time is the
// node's.
type Reassembler struct {
	open  map[Transfer]*transfer
	bytes int
	turns uint64
	luck  uint64
}

type transfer struct {
	layout
	held  [][]shard // of each block, ascending by row
	bytes int
	by    ident.Number // who began it, on whose account its room is
	from  ident.Number // whose shard was heard last
	whole []byte       // set when finished; the shards are gone then
	turn  uint64       // orders transfers by when they were last heard
	asking
	told  clock.Instant // when ErrFinished was last returned
	extra int           // shards of each block wanted beyond what it takes, since a wrong one is among them
	work  int           // spent on ways to leave some out
}

// NewReassembler returns an empty one. Luck tells it apart from those of the
// neighbours, so that not all of them ask in the same instant.
func NewReassembler(luck uint64) *Reassembler {
	return &Reassembler{open: make(map[Transfer]*transfer), luck: luck}
}

// Add takes one fragment. When it was the last one lacking, the whole bundle
// comes back with done true; its hash has been compared with the transfer's
// name. A shard heard twice is no error. With ErrFinished the whole comes back
// again, done false. The whole belongs to the Reassembler: do not change it.
// The fragment's data is copied.
func (r *Reassembler) Add(now clock.Instant, from ident.Number, f Fragment) (whole []byte, done bool, err error) {
	l := f.layout()
	block, row, ok := l.place(f.Index)
	if !ok || !l.sound() {
		return nil, false, ErrOversized
	}
	key := f.TransferKey()
	t := r.open[key]
	if t != nil && t.whole != nil {
		if l.fits(t.whole, block, row, f.Data) {
			r.touch(t, now, from)
			return t.whole, false, ErrFinished
		}
		// One of them is wrong: this one, or one that made the whole. What its sender
		// goes on to send will tell.
		r.remove(key)
		t, err = nil, ErrConflict
	}
	if t == nil {
		t = &transfer{layout: l, by: from, held: make([][]shard, l.blocks())}
		r.open[key] = t
	}
	r.touch(t, now, from)
	if !r.put(t, block, shard{row, f.Data}) {
		return nil, false, ErrConflict
	}
	defer r.bound(key)
	if t.lacks() {
		return nil, false, err
	}
	if whole, done = t.solve(f.Transfer); !done {
		r.recount(t)
		return nil, false, ErrConflict
	}
	t.whole, t.held = whole, nil
	r.recount(t)
	return whole, true, nil
}

// Begun reports whether shards of a fragment's transfer have been heard.
func (r *Reassembler) Begun(f Fragment) bool { return r.open[f.TransferKey()] != nil }

// Adopt takes a fragment of a bundle that the node holds already, so that nobody is
// asked for the rest. It returns false if the fragment is not of that bundle.
func (r *Reassembler) Adopt(now clock.Instant, from ident.Number, f Fragment, whole []byte) bool {
	l := f.layout()
	block, row, ok := l.place(f.Index)
	if !ok || len(whole) >= l.count*l.size || len(whole) < (l.count-1)*l.size || TransferOf(whole) != f.Transfer || !l.fits(whole, block, row, f.Data) {
		return false
	}
	key := f.TransferKey()
	r.remove(key)
	t := &transfer{layout: l, by: from, whole: bytes.Clone(whole)}
	r.open[key] = t
	r.touch(t, now, from)
	r.recount(t)
	r.bound(key)
	return true
}

// put keeps a copy of a shard that is of use. It returns false for one that says
// something else than what is held under its number: neither is kept then, since
// one of them is wrong, and any other shard does as well.
func (r *Reassembler) put(t *transfer, block int, s shard) bool {
	held := t.held[block]
	at, found := slices.BinarySearchFunc(held, s.row, func(h shard, row int) int { return cmp.Compare(h.row, row) })
	switch {
	case found && bytes.Equal(held[at].data, s.data): // public: ciphertext
	case found:
		t.held[block] = slices.Delete(held, at, at+1)
		r.recount(t)
		return false
	case t.wanted(block) > 0:
		t.held[block] = slices.Insert(held, at, shard{s.row, bytes.Clone(s.data)})
		t.progress()
		r.recount(t)
	}
	return true
}

// wanted returns how many more shards of a block are needed.
func (t *transfer) wanted(block int) int {
	return max(0, t.data(block)+t.extra-len(t.held[block]))
}

// lacks reports whether any block needs more.
func (t *transfer) lacks() bool {
	for block := range t.held {
		if t.wanted(block) > 0 {
			return true
		}
	}
	return false
}

func (r *Reassembler) touch(t *transfer, now clock.Instant, from ident.Number) {
	r.turns++
	t.heard, t.from, t.turn = now, from, r.turns
}

// recount counts the bytes of a transfer anew.
func (r *Reassembler) recount(t *transfer) {
	n := len(t.whole)
	for _, held := range t.held {
		n += len(held) * (t.size + shardCost)
	}
	r.bytes += n - t.bytes
	t.bytes = n
}

func (r *Reassembler) remove(key Transfer) {
	if t := r.open[key]; t != nil {
		r.bytes -= t.bytes
		delete(r.open, key)
	}
}

// bound evicts until the limits hold again; never the transfer just heard.
func (r *Reassembler) bound(keep Transfer) {
	each, by := 0, r.open[keep].by
	for _, t := range r.open {
		if t.by == by {
			each++
		}
	}
	if each > MaxTransfersEach {
		r.evict(keep, func(t *transfer) bool { return t.by == by })
	}
	for len(r.open) > MaxTransfers || r.bytes > MaxTransferBytes {
		r.evict(keep, func(*transfer) bool { return true })
	}
}

// evict removes the transfer not heard for longest among those wanted. Turns
// are unique, so the order of the walk does not show.
func (r *Reassembler) evict(keep Transfer, wanted func(*transfer) bool) {
	var victim Transfer
	oldest := uint64(1<<64 - 1)
	// order: turns are unique
	for key, t := range r.open {
		if key != keep && wanted(t) && t.turn < oldest {
			victim, oldest = key, t.turn
		}
	}
	r.remove(victim)
}

func compareTransfers(a, b Transfer) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Count, b.Count), cmp.Compare(a.Size, b.Size))
}
