package bundle

import (
	"bytes"
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
		var ids []ID
		for range n {
			ids = append(ids, ID{Origin: ident.Number(1 + r.UintN(4)), Day: today - clock.Day(r.UintN(16)), Seq: uint16(r.UintN(50))})
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
		slices.SortFunc(given, ID.Compare)
		slices.SortFunc(got, ID.Compare)
		if want := slices.Compact(given); !slices.Equal(got, want) {
			t.Fatalf("seed %d, %d: got %v, want %v", seed, n, got, want)
		}
	}
}

func TestDecodeReceiptsRefuses(t *testing.T) {
	a, b := ID{Origin: 1, Day: today, Seq: 1}, ID{Origin: 1, Day: today, Seq: 2}
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"nothing":      {nil, ErrTruncated},
		"a part":       {a.Append(nil, 0)[:4], ErrTruncated},
		"out of order": {a.Append(b.Append(nil, 0), 0), ErrNotCanonical},
		"twice":        {a.Append(a.Append(nil, 0), 0), ErrNotCanonical},
		"an epoch":     {a.Append(nil, 1), ErrNotCanonical},
		"origin 0":     {ID{}.Append(nil, 0), ErrNotCanonical},
		"too many":     {make([]byte, (MaxReceipts+1)*IDSize), ErrOversized},
	} {
		if _, err := DecodeReceipts(c.body, today); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// FuzzDecodeReceipts: decoding then encoding is the identity.
func FuzzDecodeReceipts(f *testing.F) {
	f.Add(AppendReceipts(nil, []ID{{1, today, 1}, {1, today, 2}}), uint16(today))
	f.Fuzz(func(t *testing.T, body []byte, day uint16) {
		ids, err := DecodeReceipts(body, clock.Day(day))
		if err != nil {
			if class(err) == "" {
				t.Fatalf("%v has no class", err)
			}
			return
		}
		if back := AppendReceipts(nil, ids); !bytes.Equal(back, body) {
			t.Fatalf("%x comes back as %x", body, back)
		}
	})
}
