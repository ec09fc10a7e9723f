package frame

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

func linkKey(seed byte) seal.LinkKey {
	var k seal.LinkKey
	for i := range k.MAC {
		k.MAC[i], k.Enc[i] = seed+byte(i), seed^byte(0x80+i)
	}
	return k
}

func testKey(seed byte) *Key { return NewKey(linkKey(seed)) }

// open opens a frame under one key.
func open(r *Receiver, k *Key, data []byte) (Frame, error) {
	f, _, err := r.Open(NewKeySet(k), data)
	return f, err
}

// bundleOf returns bytes that begin like a bundle of origin.
func bundleOf(origin ident.Number, rest string) []byte {
	b := []byte{0, 0, 0}
	binary.BigEndian.PutUint16(b[1:], uint16(origin))
	return append(b, rest...)
}

func helloBody(high uint16) []byte { return Hello{CounterHigh: high, Summary: 7}.Append(nil) }

// randomFrame returns any frame that may be sealed under a link key.
func randomFrame(rng *rand.Rand) Frame {
	f := Frame{From: ident.Number(1 + rng.IntN(9)), Counter: rng.Uint32N(1 << 10)}
	for range 1 + rng.IntN(4) {
		body := make([]byte, rng.IntN(200))
		for i := range body {
			body[i] = byte(rng.Uint32())
		}
		kind := Kind(rng.IntN(int(maxKind) + 1))
		for kind.bootstrap() {
			kind = Kind(rng.IntN(int(maxKind) + 1))
		}
		if kind == KindHello && len(f.Items) == 0 {
			body = helloBody(uint16(f.Counter >> 16))
		}
		if kind == KindBundle && rng.IntN(2) == 0 {
			body = bundleOf(f.From, string(body))
		}
		f.Items = append(f.Items, Item{Kind: kind, Body: body})
	}
	return f
}

func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	k := testKey(1)
	for range 2000 {
		f := randomFrame(rng)
		data := Seal(k, f)
		if len(data) != Size(f) {
			t.Fatalf("Size says %d, sealed %d bytes: %+v", Size(f), len(data), f)
		}
		before := bytes.Clone(data)
		got, err := open(NewReceiver(), k, data)
		if err != nil || !reflect.DeepEqual(got, f) {
			t.Fatalf("got %+v, %v; want %+v", got, err, f)
		}
		if !bytes.Equal(before, data) {
			t.Fatal("Open changed the data")
		}
	}
}

func TestOverheadBoundsSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		f := randomFrame(rng)
		bound := FirstOverhead
		for _, it := range f.Items {
			bound += len(it.Body)
			if len(f.Items) > 1 {
				bound += ItemOverhead(len(it.Body))
			}
		}
		if Size(f) > bound {
			t.Fatalf("Size %d exceeds the bound %d: %+v", Size(f), bound, f)
		}
	}
}

func TestTransmitterLeftOut(t *testing.T) {
	own := Frame{From: 7, Items: []Item{{KindBundle, bundleOf(7, "x")}}}
	relayed := Frame{From: 8, Items: []Item{{KindBundle, bundleOf(7, "x")}}}
	if a, b := Size(own), Size(relayed); a != MinSize+4 || b != a+2 {
		t.Fatalf("own %d, relayed %d bytes", a, b)
	}
}

func TestSealRefusesImpossibleFrames(t *testing.T) {
	for name, f := range map[string]Frame{
		"no item":      {From: 1},
		"no node":      {Items: []Item{{KindNeed, nil}}},
		"broadcast":    {From: 1<<16 - 1, Items: []Item{{KindNeed, nil}}},
		"unknown kind": {From: 1, Items: []Item{{16, nil}}},
		"wrong high":   {From: 1, Counter: 1 << 16, Items: []Item{{KindHello, helloBody(0)}}},
		"too long":     {From: 1, Items: []Item{{KindVector, make([]byte, MaxSize)}}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("sealed")
				}
			}()
			Seal(testKey(1), f)
		})
	}
}

func TestCutUvarintIsShortestForm(t *testing.T) {
	for _, b := range [][]byte{nil, {0x80}, {0x80, 0}, {0xff, 0}, bytes.Repeat([]byte{0xff}, 11)} {
		if _, _, ok := cutUvarint(b); ok {
			t.Errorf("%x accepted", b)
		}
	}
	for _, v := range []uint64{0, 127, 128, 1 << 14, 1<<64 - 1} {
		got, rest, ok := cutUvarint(append(binary.AppendUvarint(nil, v), 9))
		if !ok || got != v || len(rest) != 1 || uvarintLen(v) != len(binary.AppendUvarint(nil, v)) {
			t.Errorf("%d: got %d, rest %x, %v", v, got, rest, ok)
		}
	}
}
