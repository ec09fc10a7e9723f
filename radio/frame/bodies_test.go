package frame

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

const today clock.Day = 20416

func TestHello(t *testing.T) {
	h := Hello{CounterHigh: 0x0102, Summary: 0x03040506, Flags: 7}
	body := h.Append(nil)
	if string(body) != "\x01\x02\x03\x04\x05\x06\x07" {
		t.Fatalf("%x", body)
	}
	if got, err := DecodeHello(body); got != h || err != nil {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := DecodeHello(body[:6]); !errors.Is(err, ErrTruncated) {
		t.Error(err)
	}
	if _, err := DecodeHello(append(body, 0)); !errors.Is(err, ErrOversized) {
		t.Error(err)
	}
}

func TestAccept(t *testing.T) {
	a := Accept{To: 9, MAC: [8]byte{1, 2, 3}, IDs: []bundle.ID{{Origin: 3, Day: today - 2, Seq: 5}, {Origin: 3, Day: today, Seq: 1}, {Origin: 4, Day: today, Seq: 1}}}
	body := a.Append(nil)
	if len(body) != AcceptSize(3) {
		t.Fatalf("%d bytes", len(body))
	}
	if got, err := DecodeAccept(body, today+1); !reflect.DeepEqual(got, a) || err != nil {
		t.Fatalf("%+v, %v", got, err)
	}
	swapped := a
	swapped.IDs = []bundle.ID{a.IDs[1], a.IDs[0]}
	twice := a
	twice.IDs = []bundle.ID{a.IDs[0], a.IDs[0]}
	nobody := a
	nobody.To = 0
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"no id":    {body[:10], ErrTruncated},
		"half id":  {body[:len(body)-1], ErrMalformed},
		"swapped":  {swapped.Append(nil), ErrMalformed},
		"twice":    {twice.Append(nil), ErrMalformed},
		"to none":  {nobody.Append(nil), ErrMalformed},
		"an epoch": {append(slices.Clone(body[:acceptFixed]), a.IDs[0].Append(nil, 1)...), ErrMalformed},
	} {
		if _, err := DecodeAccept(c.body, today); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReceipt(t *testing.T) {
	r := Receipt{ID: bundle.ID{Origin: 3, Day: today, Seq: 5}, T: [8]byte{9, 8}}
	body := r.Append(nil)
	if got, err := DecodeReceipt(body, today); got != r || err != nil || len(body) != ReceiptSize || ReceiptSize != 13 {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := DecodeReceipt(body[:12], today); !errors.Is(err, ErrTruncated) {
		t.Error(err)
	}
	if _, err := DecodeReceipt(append(body, 0), today); !errors.Is(err, ErrOversized) {
		t.Error(err)
	}
}

func TestNeed(t *testing.T) {
	for _, c := range []struct {
		missing []int
		size    int // behind to, transfer and form
	}{
		{[]int{0}, 1},
		{[]int{5}, 1},
		{[]int{1, 2, 3}, 2},              // a map of one byte beats three steps
		{[]int{0, 100}, 2},               // a list
		{[]int{0, 2, 4, 6, 8}, 2},        // first and one byte
		{[]int{900, 901, 902, 1023}, 5},  // list: 2+1+1+1
		{[]int{MaxFragments - 1}, 2},     //
		{[]int{3, 4}, 2},                 // of the same length: the list
		{[]int{3, 4, 5, 6, 7, 8, 11}, 2}, //
	} {
		n := Need{To: 4, Transfer: 0xabcd, Missing: c.missing}
		body := n.Append(nil)
		if len(body) != needFixed+1+c.size {
			t.Errorf("%v takes %d bytes, want %d", c.missing, len(body)-needFixed-1, c.size)
		}
		if got, err := DecodeNeed(body); !reflect.DeepEqual(got, n) || err != nil {
			t.Errorf("%v: %+v, %v", c.missing, got, err)
		}
	}
	for name, body := range map[string]string{
		"to none":                "\x00\x00ab\x00\x05",
		"map where a list does":  "\x00\x04ab\x01\x03\x01",
		"list where a map does":  "\x00\x04ab\x00\x01\x00\x00\x00",
		"unknown form":           "\x00\x04ab\x02\x05",
		"index too high":         "\x00\x04ab\x00\x80\x08",
		"map with an empty tail": "\x00\x04ab\x01\x03\xff\x00",
		"sum too high":           "\x00\x04ab\x00\xff\x07\x00",
	} {
		if _, err := DecodeNeed([]byte(body)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNeedProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for range 500 {
		n := Need{To: 1, Transfer: uint16(rng.Uint32())}
		limit := 1 + rng.IntN(MaxFragments)
		density := 1 + rng.IntN(20)
		for i := range limit {
			if rng.IntN(density) == 0 || i == limit-1 {
				n.Missing = append(n.Missing, i)
			}
		}
		body := n.Append(nil)
		if got, err := DecodeNeed(body); err != nil || !reflect.DeepEqual(got, n) {
			t.Fatalf("%v: %+v, %v", n.Missing, got, err)
		}
		if len(body) > needFixed+1+2+MaxFragments/8 {
			t.Fatalf("%d bytes for %d of %d", len(body), len(n.Missing), limit)
		}
		room := needFixed + 1 + rng.IntN(len(body))
		fit := n.Fit(room)
		if len(fit.Missing) > 0 && len(fit.Append(nil)) > room || !slices.Equal(fit.Missing, n.Missing[:len(fit.Missing)]) {
			t.Fatalf("room %d: %v of %v", room, fit.Missing, n.Missing)
		}
	}
}

func FuzzDecodeHello(f *testing.F) {
	f.Add(helloBody(3))
	f.Fuzz(func(t *testing.T, body []byte) {
		if h, err := DecodeHello(body); err == nil && string(h.Append(nil)) != string(body) {
			t.Fatalf("%x became %+v", body, h)
		}
	})
}

func FuzzDecodeAccept(f *testing.F) {
	f.Add(Accept{To: 9, IDs: []bundle.ID{{Origin: 3, Day: today, Seq: 5}, {Origin: 4, Day: today, Seq: 1}}}.Append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		if a, err := DecodeAccept(body, today); err == nil && string(a.Append(nil)) != string(body) {
			t.Fatalf("%x became %+v", body, a)
		}
	})
}

func FuzzDecodeReceipt(f *testing.F) {
	f.Add(Receipt{ID: bundle.ID{Origin: 3, Day: today, Seq: 5}}.Append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		if r, err := DecodeReceipt(body, today); err == nil && string(r.Append(nil)) != string(body) {
			t.Fatalf("%x became %+v", body, r)
		}
	})
}

func FuzzDecodeNeed(f *testing.F) {
	f.Add(Need{To: 9, Missing: []int{1, 2, 3, 9, 40}}.Append(nil))
	f.Add(Need{To: 9, Missing: []int{0, 1000}}.Append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		if n, err := DecodeNeed(body); err == nil && string(n.Append(nil)) != string(body) {
			t.Fatalf("%x became %+v", body, n)
		}
	})
}
