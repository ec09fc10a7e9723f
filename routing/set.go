package routing

import (
	"encoding/binary"
	"slices"
)

// Set is a set of sequence numbers kept as runs, which is short where an
// origin counts up and little is missing. The zero value is empty.
type Set struct {
	runs []run // ascending, never touching
}

// run is the numbers from..to, both included.
type run struct{ from, to uint16 }

// MaxRuns is how scattered a set can be at most: every second number. What is
// stored is read back whatever its shape; what comes from outside is bounded by
// its frame.
const MaxRuns = 1 << 15

// Has reports whether seq is in the set.
func (s *Set) Has(seq uint16) bool {
	i := s.find(seq)
	return i < len(s.runs) && s.runs[i].from <= seq
}

// find returns the index of the first run that ends at or after seq.
func (s *Set) find(seq uint16) int {
	i, _ := slices.BinarySearchFunc(s.runs, seq, func(r run, seq uint16) int { return int(r.to) - int(seq) })
	return i
}

// Add puts seq into the set and reports whether it was not there.
func (s *Set) Add(seq uint16) bool {
	i := s.find(seq)
	if i < len(s.runs) && s.runs[i].from <= seq {
		return false
	}
	joinsLeft := i > 0 && s.runs[i-1].to+1 == seq
	joinsRight := i < len(s.runs) && s.runs[i].from-1 == seq
	switch {
	case joinsLeft && joinsRight:
		s.runs[i-1].to = s.runs[i].to
		s.runs = slices.Delete(s.runs, i, i+1)
	case joinsLeft:
		s.runs[i-1].to = seq
	case joinsRight:
		s.runs[i].from = seq
	default:
		s.runs = slices.Insert(s.runs, i, run{seq, seq})
	}
	return true
}

// Remove takes seq out of the set and reports whether it was there.
func (s *Set) Remove(seq uint16) bool {
	i := s.find(seq)
	if i == len(s.runs) || s.runs[i].from > seq {
		return false
	}
	r := s.runs[i]
	switch {
	case r.from == r.to:
		s.runs = slices.Delete(s.runs, i, i+1)
	case r.from == seq:
		s.runs[i].from++
	case r.to == seq:
		s.runs[i].to--
	default:
		s.runs[i].to = seq - 1
		s.runs = slices.Insert(s.runs, i+1, run{seq + 1, r.to})
	}
	return true
}

// Empty reports whether nothing is in the set.
func (s *Set) Empty() bool { return len(s.runs) == 0 }

// Max returns the largest number in the set; ok is false for an empty one.
func (s *Set) Max() (seq uint16, ok bool) {
	if len(s.runs) == 0 {
		return 0, false
	}
	return s.runs[len(s.runs)-1].to, true
}

// Len returns how many numbers are in the set.
func (s *Set) Len() (n int) {
	for _, r := range s.runs {
		n += int(r.to-r.from) + 1
	}
	return n
}

// Each calls visit for every number in ascending order.
func (s *Set) Each(visit func(seq uint16)) {
	for _, r := range s.runs {
		for seq := int(r.from); seq <= int(r.to); seq++ {
			visit(uint16(seq))
		}
	}
}

// Append encodes the set: the number of runs, then for each run how many
// numbers it skips since the end of the one before (one less than that from
// the second on, since runs never touch) and its length minus one, all as
// uvarints.
func (s *Set) Append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s.runs)))
	next := 0
	for _, r := range s.runs {
		dst = binary.AppendUvarint(dst, uint64(int(r.from)-next))
		dst = binary.AppendUvarint(dst, uint64(r.to-r.from))
		next = int(r.to) + 2
	}
	return dst
}

// DecodeSet decodes what Append wrote, and nothing behind it.
func DecodeSet(b []byte) (*Set, bool) {
	s := new(Set)
	b, ok := s.cut(b)
	return s, ok && len(b) == 0
}

// cut decodes a set from the front of b and returns the rest.
func (s *Set) cut(b []byte) (rest []byte, ok bool) {
	n, b, ok := cutUvarint(b, MaxRuns)
	if !ok {
		return nil, false
	}
	s.runs = make([]run, 0, min(int(n), len(b)/2+1))
	next := 0
	for range n {
		var skip, length uint64
		if skip, b, ok = cutUvarint(b, 1<<16-1); !ok {
			return nil, false
		}
		if length, b, ok = cutUvarint(b, 1<<16-1); !ok {
			return nil, false
		}
		from := next + int(skip)
		to := from + int(length)
		if to > 1<<16-1 {
			return nil, false
		}
		s.runs = append(s.runs, run{uint16(from), uint16(to)})
		next = to + 2
	}
	return b, true
}

// cutUvarint takes a canonical uvarint of at most limit from the front of b.
func cutUvarint(b []byte, limit uint64) (v uint64, rest []byte, ok bool) {
	v, n := binary.Uvarint(b)
	if n <= 0 || v > limit || (n > 1 && b[n-1] == 0) {
		return 0, nil, false
	}
	return v, b[n:], true
}

// Covers reports whether every number of t is in s.
func (s *Set) Covers(t *Set) bool {
	for _, r := range t.runs {
		i := s.find(r.from)
		if i == len(s.runs) || s.runs[i].from > r.from || s.runs[i].to < r.to {
			return false
		}
	}
	return true
}
