package routing

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Variants finds between two neighbours bundles of one id that are not the same.
// Their vectors are equal then, and their summaries are not. They halve their way
// to it: sums over ranges of ids, then the hashes in a short range, then a wish.
//
//	type 1, then
//	sums:    first id 5, last id 5, summary 4; at least once
//	hashes:  first id 5, last id 5; then for each live bundle in between: id 5,
//	         first 3 bytes of its hash
//	wishes:  id 5, first 3 bytes of the hash; at least once
//
// All ids have epoch 0.
type Variants struct {
	Type  VariantsType
	Sums  []RangeSum
	Range Range // of hashes
	Names []Name
}

// VariantsType says what a Variants item holds.
type VariantsType uint8

// The types of Variants.
const (
	VariantSums   VariantsType = iota // summaries of ranges
	VariantHashes                     // all hashes in a range, which the same is asked for
	VariantAnswer                     // all hashes in a range
	VariantWishes                     // bundles that the transmitter lacks
	variantsTypes
)

// Range is the ids First..Last, both included.
type Range struct{ First, Last bundle.ID }

// Covers reports whether an id is in the range.
func (r Range) Covers(id bundle.ID) bool { return r.First.Compare(id) <= 0 && id.Compare(r.Last) <= 0 }

// RangeSum is the summary of the live bundles in a range, as in a beacon.
type RangeSum struct {
	Range
	Sum uint32
}

// Name tells a bundle from others of its id. 3 bytes are enough to find what
// differs; who takes the bundle has the whole of it.
type Name struct {
	ID     bundle.ID
	Prefix [namePrefix]byte
}

const (
	namePrefix = 3
	nameSize   = bundle.IDSize + namePrefix
	rangeSize  = 2 * bundle.IDSize
	sumSize    = rangeSize + 4
)

// NameOf returns the name of an item.
func NameOf(it *Item) Name { return Name{it.ID, [namePrefix]byte(it.Hash[:])} }

// FitSums returns how many sums fit a body of room bytes, FitNames how many
// hashes or wishes.
func FitSums(room int) int  { return max(0, room-1) / sumSize }
func FitNames(room int) int { return max(0, room-1-rangeSize) / nameSize }

// ErrVariants reports a variants item that is not well formed.
var ErrVariants = errors.New("malformed variants")

// Append encodes v.
func (v *Variants) Append(dst []byte) []byte {
	dst = append(dst, byte(v.Type))
	switch v.Type {
	case VariantSums:
		for _, s := range v.Sums {
			dst = binary.BigEndian.AppendUint32(appendRange(dst, s.Range), s.Sum)
		}
		return dst
	case VariantHashes, VariantAnswer:
		dst = appendRange(dst, v.Range)
	}
	for _, name := range v.Names {
		dst = append(name.ID.Append(dst, 0), name.Prefix[:]...)
	}
	return dst
}

func appendRange(dst []byte, r Range) []byte { return r.Last.Append(r.First.Append(dst, 0), 0) }

// DecodeVariants decodes what Append wrote. Days are the ones nearest to today.
func DecodeVariants(b []byte, today clock.Day) (*Variants, error) {
	if len(b) == 0 || b[0] >= byte(variantsTypes) {
		return nil, ErrVariants
	}
	v := &Variants{Type: VariantsType(b[0])}
	b = b[1:]
	ok := true
	id := func() (id bundle.ID) {
		var epoch uint8
		var err error
		if ok = ok && len(b) >= bundle.IDSize; !ok {
			return id
		}
		id, epoch, err = bundle.DecodeID(b[:bundle.IDSize], today)
		ok = err == nil && epoch == 0
		b = b[bundle.IDSize:]
		return id
	}
	if v.Type == VariantSums {
		for ok && len(b) > 0 {
			r := Range{id(), id()}
			if ok = ok && len(b) >= 4; ok {
				v.Sums = append(v.Sums, RangeSum{r, binary.BigEndian.Uint32(b)})
				b = b[4:]
			}
		}
		return v, variantsError(ok && len(v.Sums) > 0)
	}
	if v.Type != VariantWishes {
		v.Range = Range{id(), id()}
	}
	for ok && len(b) > 0 {
		name := Name{ID: id()}
		if ok = ok && len(b) >= namePrefix; ok {
			copy(name.Prefix[:], b)
			b = b[namePrefix:]
			v.Names = append(v.Names, name)
		}
	}
	return v, variantsError(ok && (v.Type != VariantWishes || len(v.Names) > 0))
}

func variantsError(ok bool) error {
	if ok {
		return nil
	}
	return ErrVariants
}

// Sum returns the summary over items.
func Sum(items []*Item) (sum uint32) {
	for _, it := range items {
		sum ^= it.Element()
	}
	return sum
}

// SplitSums cuts the items in a range, ascending by id, into at most parts ranges
// of about as many items each, which together are the range, and sums each. Items
// of one id stay together.
func SplitSums(r Range, items []*Item, parts int) []RangeSum {
	var out []RangeSum
	size := max(1, (len(items)+parts-1)/parts)
	for len(out) < parts-1 && len(items) > size {
		end := size
		for end < len(items) && items[end].ID == items[end-1].ID {
			end++
		}
		if end == len(items) {
			break
		}
		last := items[end-1].ID
		out = append(out, RangeSum{Range{r.First, last}, Sum(items[:end])})
		r.First, items = next(last), items[end:]
	}
	return append(out, RangeSum{r, Sum(items)})
}

// next returns the id behind another. Origin and day wrap nowhere that matters:
// there is no item behind the last one.
func next(id bundle.ID) bundle.ID {
	if id.Seq < lastSeq {
		return bundle.ID{Origin: id.Origin, Day: id.Day, Seq: id.Seq + 1}
	}
	return bundle.ID{Origin: id.Origin, Day: id.Day + 1}
}

// CompareItems orders items by id, then hash.
func CompareItems(a, b *Item) int {
	if c := a.ID.Compare(b.ID); c != 0 {
		return c
	}
	return slices.Compare(a.Hash[:], b.Hash[:])
}
