package frame

import (
	"errors"
	"reflect"
	"slices"
	"strings"
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
	for _, more := range [][]int{{1}, {64}, {0, 1}, {3, 0, 0, 0, 0, 0, 0, 0, 64}} {
		n := Need{To: 4, Transfer: 0xabcd, More: more}
		body := n.Append(nil)
		if len(body) != needFixed+len(more) {
			t.Errorf("%v takes %d bytes", more, len(body))
		}
		if got, err := DecodeNeed(body); !reflect.DeepEqual(got, n) || err != nil {
			t.Errorf("%v: %+v, %v", more, got, err)
		}
	}
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"none":            {"\x00\x04ab", ErrTruncated},
		"nothing":         {"\x00\x04ab\x00", ErrMalformed},
		"zero end":        {"\x00\x04ab\x05\x00", ErrMalformed},
		"to none":         {"\x00\x00ab\x05", ErrMalformed},
		"65":              {"\x00\x04ab\x41", ErrMalformed},
		"too many blocks": {"\x00\x04ab" + strings.Repeat("\x01", 17), ErrOversized},
	} {
		if _, err := DecodeNeed([]byte(c.body)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
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
	f.Add(Need{To: 9, More: []int{3}}.Append(nil))
	f.Add(Need{To: 9, More: []int{0, 64}}.Append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		if n, err := DecodeNeed(body); err == nil && string(n.Append(nil)) != string(body) {
			t.Fatalf("%x became %+v", body, n)
		}
	})
}
