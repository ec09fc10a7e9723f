package frame

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
)

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func TestSplit(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 2000 {
		whole := randomBytes(rng, 1+rng.IntN(5000))
		room := 5 + rng.IntN(250)
		pieces := Split(whole, room)
		if pieces == nil {
			if room > 20 {
				t.Fatalf("%d bytes do not fit into %d pieces of %d", len(whole), MaxFragments, room)
			}
			continue
		}
		var joined []byte
		for i, p := range pieces {
			if len(p.Append(nil)) > room || p.Index != i || p.Count != len(pieces) || len(p.Data) == 0 {
				t.Fatalf("%d bytes, room %d: piece %+v", len(whole), room, p)
			}
			if i < len(pieces)-1 && len(p.Data) != len(pieces[0].Data) {
				t.Fatalf("%d bytes, room %d: uneven pieces", len(whole), room)
			}
			joined = append(joined, p.Data...)
		}
		if !bytes.Equal(joined, whole) {
			t.Fatalf("%d bytes, room %d: pieces do not join", len(whole), room)
		}
	}
}

func TestSplitLimits(t *testing.T) {
	if p := Split(nil, 100); p != nil {
		t.Error("empty bundle split")
	}
	if p := Split([]byte("ab"), 4); p != nil {
		t.Error("split into no room")
	}
	if p := Split(make([]byte, 16<<10), 50-FirstOverhead); len(p) == 0 || len(p) > MaxFragments {
		t.Errorf("the longest bundle in the smallest frames takes %d pieces", len(p))
	}
	if p := Split(make([]byte, MaxFragments+1), 7); p != nil {
		t.Errorf("%d pieces", len(p))
	}
}

// TestSplitLayout: the count alone tells the layout, whatever the room was.
func TestSplitLayout(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	for range 200 {
		whole := randomBytes(rng, 1+rng.IntN(2000))
		byCount := map[int]int{}
		for room := 10; room < 250; room++ {
			p := Split(whole, room)
			if p == nil {
				continue
			}
			if size, ok := byCount[len(p)]; ok && size != len(p[0].Data) {
				t.Fatalf("%d bytes in %d pieces of %d and of %d", len(whole), len(p), size, len(p[0].Data))
			}
			byCount[len(p)] = len(p[0].Data)
		}
	}
}

func TestDecodeFragment(t *testing.T) {
	f := Fragment{Transfer: 0x0102, Index: 200, Count: 300, Data: []byte("abc")}
	if got, err := DecodeFragment(f.Append(nil)); err != nil || !reflect.DeepEqual(got, f) {
		t.Fatalf("%+v, %v", got, err)
	}
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"no data":         {"\x01\x02\x00\x01", ErrTruncated},
		"long, no data":   {"\x01\x02\x00\xac\x02", ErrTruncated},
		"index at count":  {"\x01\x02\x03\x03x", ErrMalformed},
		"count 0":         {"\x01\x02\x00\x00x", ErrMalformed},
		"too many":        {"\x01\x02\x00\x81\x08x", ErrOversized},
		"long form":       {"\x01\x02\x80\x00\x02x", ErrMalformed},
		"long form count": {"\x01\x02\x00\x82\x00x", ErrMalformed},
	} {
		if _, err := DecodeFragment([]byte(c.body)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecodeFragment(f *testing.F) {
	f.Add(Fragment{Transfer: 1, Index: 200, Count: 300, Data: []byte("abc")}.Append(nil))
	f.Add(Fragment{Transfer: 1, Index: 0, Count: 1, Data: []byte("abc")}.Append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		if p, err := DecodeFragment(body); err == nil && string(p.Append(nil)) != string(body) {
			t.Fatalf("%x became %+v", body, p)
		}
	})
}
