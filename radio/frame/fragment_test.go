package frame

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// split returns the data shards of a bundle, or nil.
func split(whole []byte, room int) (list []Fragment) {
	s := NewSender(whole, room)
	if s == nil {
		return nil
	}
	for s.Begin(); s.Owed() > 0; {
		list = append(list, s.Next(whole))
	}
	return list
}

func TestSplit(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 2000 {
		whole := randomBytes(rng, 1+rng.IntN(5000))
		room := 5 + rng.IntN(250)
		pieces := split(whole, room)
		if pieces == nil {
			if room > 20 {
				t.Fatalf("%d bytes do not fit into %d pieces of %d", len(whole), MaxFragments, room)
			}
			continue
		}
		var joined []byte
		for i, p := range pieces {
			if len(p.Append(nil)) > room || p.Index != i || p.Count != len(pieces) || len(p.Data) != len(pieces[0].Data) {
				t.Fatalf("%d bytes, room %d: piece %+v", len(whole), room, p)
			}
			joined = append(joined, p.Data...)
		}
		if !bytes.Equal(joined[:len(whole)], whole) || joined[len(whole)] != endMark || len(joined)-len(whole) > len(pieces) {
			t.Fatalf("%d bytes, room %d: pieces do not join", len(whole), room)
		}
		if got, ok := pieces[0].layout().unpad(joined); !ok || !bytes.Equal(got, whole) {
			t.Fatalf("%d bytes, room %d: end not found", len(whole), room)
		}
	}
}

func TestSplitLimits(t *testing.T) {
	if NewSender(nil, 100) != nil {
		t.Error("empty bundle cut")
	}
	if NewSender([]byte("ab"), 4) != nil {
		t.Error("cut into no room")
	}
	if p := split(make([]byte, bundle.MaxSize), 50-FirstOverhead); len(p) == 0 || len(p) > MaxFragments {
		t.Errorf("the longest bundle in the smallest frames takes %d pieces", len(p))
	}
	if NewSender(make([]byte, MaxFragments), 7) != nil {
		t.Error("more pieces than there may be")
	}
	if NewSender(make([]byte, bundle.MaxSize+1), 200) != nil {
		t.Error("longer than any bundle")
	}
}

// TestPlaces: each index has a place of its own, and each block as many as the code
// has.
func TestPlaces(t *testing.T) {
	for count := 1; count <= MaxFragments; count++ {
		l := layout{count, 1}
		type place struct{ block, row int }
		seen := make(map[place]bool)
		data := make([]int, l.blocks())
		last := 0
		for index := range count + maxBlocks*maxBlockRows {
			block, row, ok := l.place(index)
			if !ok {
				continue
			}
			last = index
			if seen[place{block, row}] || l.index(block, row) != index || index < count != (row < l.data(block)) {
				t.Fatalf("%d pieces: %d is row %d of block %d, which is %d", count, index, row, block, l.index(block, row))
			}
			seen[place{block, row}] = true
			if index < count {
				data[block]++
			}
		}
		for block, n := range data {
			if n != l.data(block) || n > maxBlockData {
				t.Fatalf("%d pieces: %d in block %d, said to be %d", count, n, block, l.data(block))
			}
		}
		if len(seen) != l.blocks()*maxBlockRows || count <= maxBlockData && last > 254 || last > 1<<16-1 {
			t.Fatalf("%d pieces: %d places, the last is %d", count, len(seen), last)
		}
	}
}

func TestDecodeFragment(t *testing.T) {
	for _, f := range []Fragment{
		{Transfer: 0x0102, Count: 1, Data: []byte("abc")},
		{Transfer: 0x0102, Count: 64, Index: 254, Data: []byte("abc")},
		{Transfer: 0x0102, Count: 65, Index: 510, Data: []byte("abc")},
		{Transfer: 0x0102, Count: 300, Index: 200, Data: []byte("abc")},
		{Transfer: 0x0102, Count: MaxFragments, Index: 4079, Data: make([]byte, 16)},
	} {
		if got, err := DecodeFragment(f.Append(nil)); err != nil || !reflect.DeepEqual(got, f) {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"no data":         {"\x01\x02\x01\x00", ErrTruncated},
		"long, no data":   {"\x01\x02\xac\x02\x00\x00", ErrTruncated},
		"long, no index":  {"\x01\x02\xac\x02\x00", ErrTruncated},
		"beyond the code": {"\x01\x02\x03\xffx", ErrMalformed},
		"beyond, long":    {"\x01\x02\x41\x01\xffx", ErrMalformed},
		"count 0":         {"\x01\x02\x00\x00x", ErrMalformed},
		"too many":        {"\x01\x02\x81\x08\x00\x00x", ErrOversized},
		"too long":        {"\x01\x02\x7f\x00\x00" + string(make([]byte, 131)), ErrOversized},
		"one too long":    {"\x01\x02\x01\x00" + string(make([]byte, bundle.MaxSize+2)), ErrOversized},
		"long form":       {"\x01\x02\x82\x00\x00x", ErrMalformed},
	} {
		if _, err := DecodeFragment([]byte(c.body)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecodeFragment(f *testing.F) {
	f.Add(Fragment{Transfer: 1, Index: 200, Count: 300, Data: []byte("abc")}.Append(nil))
	f.Add(Fragment{Transfer: 1, Index: 0, Count: 1, Data: []byte("abc")}.Append(nil))
	f.Add(Fragment{Transfer: 1, Index: 254, Count: 3, Data: []byte("abc")}.Append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		if p, err := DecodeFragment(body); err == nil && string(p.Append(nil)) != string(body) {
			t.Fatalf("%x became %+v", body, p)
		}
	})
}
