package bundle

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestSuspensionRoundTrip(t *testing.T) {
	for _, s := range []Suspension{
		{Node: 7}, {Node: 65534, Lift: true, Reason: "found again"}, {Node: 1, Reason: strings.Repeat("x", MaxReason)},
	} {
		got, err := DecodeSuspension(s.Append(nil))
		if err != nil || got != s {
			t.Errorf("%+v comes back as %+v, %v", s, got, err)
		}
	}
}

func TestSuspensionRefusals(t *testing.T) {
	good := Suspension{Node: 7, Reason: "stolen"}.Append(nil)
	change := func(at int, b byte) []byte { c := bytes.Clone(good); c[at] = b; return c }
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"empty":             {nil, ErrTruncated},
		"cut in the head":   {good[:4], ErrTruncated},
		"cut in the reason": {good[:len(good)-1], ErrTruncated},
		"left over":         {append(bytes.Clone(good), 0), ErrOversized},
		"another version":   {change(0, 2), ErrVersion},
		"node 0":            {change(2, 0), ErrNotCanonical},
		"a third act":       {change(3, 3), ErrNotCanonical},
		"a control letter":  {change(5, 7), ErrNotCanonical},
		"a long reason":     {append([]byte{1, 0, 7, 1, MaxReason + 1}, bytes.Repeat([]byte("x"), MaxReason+1)...), ErrNotCanonical},
	} {
		if _, err := DecodeSuspension(c.body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// FuzzDecodeSuspension: what decodes encodes to the same bytes.
func FuzzDecodeSuspension(f *testing.F) {
	f.Add(Suspension{Node: 7, Reason: "stolen"}.Append(nil))
	f.Add(Suspension{Node: 7, Lift: true}.Append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := DecodeSuspension(body)
		if err == nil && !bytes.Equal(s.Append(nil), body) {
			t.Fatalf("%x is read as %+v", body, s)
		}
	})
}
