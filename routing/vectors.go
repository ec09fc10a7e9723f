package routing

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Stream is what one origin sent on one day.
type Stream struct {
	Origin ident.Number
	Day    clock.Day
}

// Compare orders streams by origin, then day.
func (s Stream) Compare(t Stream) int {
	return cmp.Or(cmp.Compare(s.Origin, t.Origin), cmp.Compare(s.Day, t.Day))
}

// Seen is what is known of one stream: which bundles this node has (or had),
// and of which it holds the receipt.
type Seen struct {
	Have     Set
	Receipts Set
}

// Append encodes both sets.
func (s *Seen) Append(dst []byte) []byte { return s.Receipts.Append(s.Have.Append(dst)) }

// DecodeSeen decodes what Append wrote, and nothing behind it.
func DecodeSeen(b []byte) (*Seen, bool) {
	s := new(Seen)
	b, ok := s.cut(b)
	return s, ok && len(b) == 0
}

func (s *Seen) cut(b []byte) ([]byte, bool) {
	b, ok := s.Have.cut(b)
	if !ok {
		return nil, false
	}
	return s.Receipts.cut(b)
}

// Vectors is what a node has seen, by stream, with a summary that two nodes
// compare in a beacon. The zero value is not ready; use NewVectors.
type Vectors struct {
	streams  map[Stream]*Seen
	order    []Stream // the keys of streams, ascending
	summary  uint32
	window   span // the days of which anything is said
	receipts int  // held
	loose    int  // those of them without having had the bundle
	version  uint64
}

// NewVectors returns an empty set of vectors.
func NewVectors() *Vectors { return &Vectors{streams: make(map[Stream]*Seen)} }

// Summary is a 32-bit digest of what there is to exchange: the exclusive or of a
// hash of each bundle that is alive (id and hash, so that two bundles of one id
// count as two) and of each receipt, so that it follows each change at once. A bundle that has ended is no part of it: nobody can pass it
// on, and one who never had it lacks nothing. Two nodes with the same content
// have the same summary; two with different content have the same one with
// probability 2^-32, and the next change parts them.
func (v *Vectors) Summary() uint32 { return v.summary }

// Hold notes that a bundle begins to live here, and Release that it ends.
func (v *Vectors) Hold(it *Item) {
	if v.window.has(it.ID.Day) {
		v.summary ^= it.Element()
	}
}

func (v *Vectors) Release(it *Item) { v.Hold(it) } // exclusive or undoes itself

// Element is the part of a live bundle in a summary.
func (it *Item) Element() uint32 {
	return mix(uint64(element(it.ID, 0))<<32 ^ binary.BigEndian.Uint64(it.Hash[:]))
}

// Version is another one whenever Segments may be.
func (v *Vectors) Version() uint64 { return v.version }

// Have reports whether the bundle was seen.
func (v *Vectors) Have(id bundle.ID) bool {
	s := v.streams[Stream{id.Origin, id.Day}]
	return s != nil && s.Have.Has(id.Seq)
}

// Receipted reports whether the receipt of the bundle is held.
func (v *Vectors) Receipted(id bundle.ID) bool {
	s := v.streams[Stream{id.Origin, id.Day}]
	return s != nil && s.Receipts.Has(id.Seq)
}

// MaxLoose bounds the receipts that are held without having had their bundle:
// nobody can check them here, and any member can make them up.
const MaxLoose = 1 << 17

// Room reports whether one more receipt of a bundle never had can be noted.
func (v *Vectors) Room() bool { return v.loose < MaxLoose }

// Receipts returns how many receipts are held.
func (v *Vectors) Receipts() int { return v.receipts }

// AddHave notes a bundle as seen.
func (v *Vectors) AddHave(id bundle.ID) {
	s := v.open(Stream{id.Origin, id.Day})
	if !s.Have.Add(id.Seq) {
		return
	}
	v.version++
	if s.Receipts.Has(id.Seq) {
		v.loose--
	}
}

// AddReceipt notes the receipt of a bundle as held.
func (v *Vectors) AddReceipt(id bundle.ID) {
	s := v.open(Stream{id.Origin, id.Day})
	if !s.Receipts.Add(id.Seq) {
		return
	}
	v.version++
	v.receipts++
	v.foldReceipt(id)
	if !s.Have.Has(id.Seq) {
		v.loose++
	}
}

// RemoveReceipt takes back a receipt that proved to be forged.
func (v *Vectors) RemoveReceipt(id bundle.ID) {
	s := v.streams[Stream{id.Origin, id.Day}]
	if s == nil || !s.Receipts.Remove(id.Seq) {
		return
	}
	v.version++
	v.receipts--
	v.foldReceipt(id)
	if !s.Have.Has(id.Seq) {
		v.loose--
	}
}

// Put sets a whole stream, as it was read from the store.
func (v *Vectors) Put(st Stream, s *Seen) {
	v.Drop(st)
	*v.open(st) = *s
	v.version++
	v.loose += s.loose()
	v.receipts += s.Receipts.Len()
	if v.window.has(st.Day) {
		v.fold(st, s)
	}
}

// Get returns a stream, or nil.
func (v *Vectors) Get(st Stream) *Seen { return v.streams[st] }

// Drop forgets a stream, when no bundle of its day can be alive any more.
func (v *Vectors) Drop(st Stream) {
	s := v.streams[st]
	if s == nil {
		return
	}
	v.version++
	v.loose -= s.loose()
	v.receipts -= s.Receipts.Len()
	if v.window.has(st.Day) {
		v.fold(st, s)
	}
	delete(v.streams, st)
	if i, found := slices.BinarySearchFunc(v.order, st, Stream.Compare); found {
		v.order = slices.Delete(v.order, i, i+1)
	}
}

// Streams returns the streams in ascending order. The slice is the vectors'
// own: do not keep or change it.
func (v *Vectors) Streams() []Stream { return v.order }

// Between returns the streams of the origins first..last, as Streams does.
func (v *Vectors) Between(first, last ident.Number) []Stream {
	begin, _ := slices.BinarySearchFunc(v.order, first, func(st Stream, o ident.Number) int { return cmp.Compare(st.Origin, o) })
	rest := v.order[begin:]
	count, _ := slices.BinarySearchFunc(rest, last, func(st Stream, o ident.Number) int {
		if st.Origin <= o {
			return -1
		}
		return 1
	})
	return rest[:count]
}

func (v *Vectors) open(st Stream) *Seen {
	s := v.streams[st]
	if s == nil {
		s = new(Seen)
		v.streams[st] = s
		i, _ := slices.BinarySearchFunc(v.order, st, Stream.Compare)
		v.order = slices.Insert(v.order, i, st)
	}
	return s
}

// fold adds a stream's receipts to the summary or, since exclusive or undoes
// itself, takes them out.
func (v *Vectors) fold(st Stream, s *Seen) {
	s.Receipts.Each(func(seq uint16) {
		v.summary ^= element(bundle.ID{Origin: st.Origin, Day: st.Day, Seq: seq}, 1)
	})
}

func (v *Vectors) foldReceipt(id bundle.ID) {
	if v.window.has(id.Day) {
		v.summary ^= element(id, 1)
	}
}

// loose counts the receipts without a bundle.
func (s *Seen) loose() (n int) {
	s.Receipts.Each(func(seq uint16) {
		if !s.Have.Has(seq) {
			n++
		}
	})
	return n
}

// element hashes one (bundle, kind) to 32 bits with the finaliser of
// MurmurHash3 (Appleby, 2011). It guards against chance, not against people:
// frames are authenticated before their summaries are looked at.
func element(id bundle.ID, kind uint64) uint32 {
	return mix(uint64(id.Origin)<<33 | uint64(id.Day)<<17 | uint64(id.Seq)<<1 | kind)
}

func mix(h uint64) uint32 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	h ^= h >> 33
	return uint32(h)
}

// number16 reads a big-endian 16-bit number.
func number16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }

// Covers reports whether nothing is in t that is not in s.
func (s *Seen) Covers(t *Seen) bool { return s.Have.Covers(&t.Have) && s.Receipts.Covers(&t.Receipts) }
