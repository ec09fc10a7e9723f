package frame

import (
	"cmp"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Bounds of a Reassembler. What exceeds them evicts the transfer not heard for
// longest, first among those of the same transmitter: a neighbour that sends
// nonsense spoils its own transfers before those of others.
const (
	MaxTransfersEach = 8         // open or finished transfers of one transmitter
	MaxTransfers     = 128       // the same of all transmitters
	MaxTransferBytes = 512 << 10 // data of all transfers
	maxBundleBytes   = 64 << 10  // of one transfer; bundle.MaxSize checks closer
)

// Errors of Reassembler.Add beside those of the decoders.
const (
	// ErrFinished: a piece of a bundle that is complete already. The sender has
	// not heard so, and wants to be told again.
	ErrFinished = frameError("fragment of a finished transfer")
	// ErrConflict: the pieces do not fit together, and are dropped.
	ErrConflict = frameError("fragments do not make what they name")
)

// Transfer names a bundle in pieces: the transmitter's word for it.
type Transfer struct {
	From ident.Number
	Name uint16
}

// Reassembler puts fragments together. It belongs to one node; its time is the
// node's.
type Reassembler struct {
	open  map[Transfer]*transfer
	bytes int
	turns uint64
}

type transfer struct {
	pieces   [][]byte
	have     int
	bytes    int
	whole    []byte // set when finished; pieces are gone then
	heard    clock.Instant
	asked    clock.Instant
	turn     uint64 // orders transfers heard in the same instant
	finished bool
}

// NewReassembler returns an empty one.
func NewReassembler() *Reassembler {
	return &Reassembler{open: make(map[Transfer]*transfer)}
}

// Add takes one fragment. When it was the last one missing, the whole bundle
// comes back with done true; its hash has been compared with the transfer's
// name. A piece heard twice is no error. With ErrFinished the whole comes back
// again, done false. The whole belongs to the Reassembler: do not change it.
// The fragment's data is copied.
func (r *Reassembler) Add(now clock.Instant, from ident.Number, f Fragment) (whole []byte, done bool, err error) {
	key := Transfer{From: from, Name: f.Transfer}
	t := r.open[key]
	if t != nil && t.finished {
		r.touch(t, now)
		return t.whole, false, ErrFinished
	}
	if t != nil && len(t.pieces) != f.Count {
		r.remove(key) // the sender has cut it anew, for another frame size
		t = nil
	}
	if len(f.Data)*f.Count > maxBundleBytes+len(f.Data) {
		return nil, false, ErrOversized
	}
	if t == nil {
		t = &transfer{pieces: make([][]byte, f.Count)}
		r.open[key] = t
	}
	r.touch(t, now)
	if t.pieces[f.Index] != nil {
		return nil, false, nil
	}
	t.pieces[f.Index] = slices.Clone(f.Data)
	t.have++
	r.grow(t, len(f.Data))
	if t.have < f.Count {
		r.bound(key)
		return nil, false, nil
	}
	whole = slices.Concat(t.pieces...)
	if TransferOf(whole) != f.Transfer {
		r.remove(key)
		return nil, false, ErrConflict
	}
	r.grow(t, len(whole)-t.bytes)
	t.pieces, t.whole, t.finished = nil, whole, true
	r.bound(key)
	return whole, true, nil
}

func (r *Reassembler) touch(t *transfer, now clock.Instant) {
	r.turns++
	t.heard, t.turn = now, r.turns
}

func (r *Reassembler) grow(t *transfer, n int) {
	t.bytes += n
	r.bytes += n
}

func (r *Reassembler) remove(key Transfer) {
	if t := r.open[key]; t != nil {
		r.bytes -= t.bytes
		delete(r.open, key)
	}
}

// bound evicts until the limits hold again; never the transfer just heard.
func (r *Reassembler) bound(keep Transfer) {
	each := 0
	for key := range r.open {
		if key.From == keep.From {
			each++
		}
	}
	if each > MaxTransfersEach {
		r.evict(keep, func(key Transfer) bool { return key.From == keep.From })
	}
	for len(r.open) > MaxTransfers || r.bytes > MaxTransferBytes {
		r.evict(keep, func(Transfer) bool { return true })
	}
}

// evict removes the transfer not heard for longest among those wanted. Turns
// are unique, so the order of the walk does not show.
func (r *Reassembler) evict(keep Transfer, wanted func(Transfer) bool) {
	var victim Transfer
	oldest := uint64(1<<64 - 1)
	// order: turns are unique
	for key, t := range r.open {
		if key != keep && wanted(key) && t.turn < oldest {
			victim, oldest = key, t.turn
		}
	}
	r.remove(victim)
}

// Missing returns the indices of a transfer that have not arrived, ascending;
// nil when the transfer is not open.
func (r *Reassembler) Missing(from ident.Number, name uint16) []int {
	t := r.open[Transfer{From: from, Name: name}]
	if t == nil {
		return nil
	}
	var missing []int
	for i, p := range t.pieces {
		if p == nil {
			missing = append(missing, i)
		}
	}
	return missing
}

// Stale returns the unfinished transfers of which nothing was heard, and for
// which Stale did not speak up, for at least age: those to ask a Need for.
// They are ordered by transmitter and name.
func (r *Reassembler) Stale(now clock.Instant, age time.Duration) []Transfer {
	var out []Transfer
	for key, t := range r.open {
		if !t.finished && now >= t.quiet().Add(age) {
			t.asked = now
			out = append(out, key)
		}
	}
	slices.SortFunc(out, compareTransfers)
	return out
}

// NextStale returns when Stale with this age will next return something.
func (r *Reassembler) NextStale(age time.Duration) (clock.Instant, bool) {
	next, found := clock.Never, false
	for _, t := range r.open {
		if !t.finished {
			next, found = min(next, t.quiet().Add(age)), true
		}
	}
	return next, found
}

// quiet returns since when nothing was heard of a transfer or asked about it.
func (t *transfer) quiet() clock.Instant { return max(t.heard, t.asked) }

// Drop forgets the transfers, finished ones too, of which nothing was heard
// for at least age, and returns the unfinished ones among them.
func (r *Reassembler) Drop(now clock.Instant, age time.Duration) []Transfer {
	var out []Transfer
	// order: out is sorted below, and each removal is independent of the others
	for key, t := range r.open {
		if now < t.heard.Add(age) {
			continue
		}
		if !t.finished {
			out = append(out, key)
		}
		r.remove(key)
	}
	slices.SortFunc(out, compareTransfers)
	return out
}

func compareTransfers(a, b Transfer) int {
	if a.From != b.From {
		return cmp.Compare(a.From, b.From)
	}
	return cmp.Compare(a.Name, b.Name)
}
