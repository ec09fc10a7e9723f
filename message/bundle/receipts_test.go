package bundle

import (
	"bytes"
	"cmp"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestReceiptsRoundTrip(t *testing.T) {
	const seed = 8
	r := rand.New(rand.NewPCG(seed, 0))
	for n := 1; n < 200; n++ {
		var ids []Receipt
		for range n {
			ids = append(ids, Receipt{ID{Origin: ident.Number(1 + r.UintN(4)), Day: today - clock.Day(r.UintN(16)), Seq: uint16(r.UintN(50))}, [CheckSize]byte{byte(r.UintN(2))}})
		}
		given := slices.Clone(ids)
		body := AppendReceipts([]byte("x"), ids)
		if !slices.Equal(ids, given) || body[0] != 'x' {
			t.Fatalf("seed %d, %d: the arguments changed", seed, n)
		}
		got, err := DecodeReceipts(body[1:], today)
		if err != nil {
			t.Fatalf("seed %d, %d: %v", seed, n, err)
		}
		order := func(a, b Receipt) int { return cmp.Or(a.ID.Compare(b.ID), bytes.Compare(a.Check[:], b.Check[:])) }
		slices.SortFunc(given, order)
		slices.SortFunc(got, order)
		if want := slices.Compact(given); !slices.Equal(got, want) {
			t.Fatalf("seed %d, %d: got %v, want %v", seed, n, got, want)
		}
	}
}

func TestDecodeReceiptsRefuses(t *testing.T) {
	entry := func(origin ident.Number, seq uint16, epoch uint8, check ...byte) []byte {
		return append(ID{Origin: origin, Day: today, Seq: seq}.Append(nil, epoch), check...)
	}
	a, b := entry(1, 1, 0, 7, 8, 9), entry(1, 2, 0, 1, 2, 3)
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"nothing":      {nil, ErrTruncated},
		"a part":       {a[:7], ErrTruncated},
		"out of order": {slices.Concat(b, a), ErrNotCanonical},
		"twice":        {slices.Concat(a, a), ErrNotCanonical},
		"an epoch":     {entry(1, 1, 1, 7, 8, 9), ErrNotCanonical},
		"origin 0":     {entry(0, 1, 0, 7, 8, 9), ErrNotCanonical},
		"too many":     {make([]byte, (MaxReceipts+1)*ReceiptSize), ErrOversized},
	} {
		if _, err := DecodeReceipts(c.body, today); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// FuzzDecodeReceipts: decoding then encoding is the identity.
func FuzzDecodeReceipts(f *testing.F) {
	f.Add(AppendReceipts(nil, []Receipt{{ID: ID{1, today, 1}}, {ID: ID{1, today, 2}, Check: [CheckSize]byte{1, 2, 3}}}), uint16(today))
	f.Fuzz(func(t *testing.T, body []byte, day uint16) {
		ids, err := DecodeReceipts(body, clock.Day(day))
		if err != nil {
			if classes.Of(err) == "" {
				t.Fatalf("%v has no class", err)
			}
			return
		}
		if back := AppendReceipts(nil, ids); !bytes.Equal(back, body) {
			t.Fatalf("%x comes back as %x", body, back)
		}
	})
}
