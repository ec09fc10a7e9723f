package ident

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// succession returns old's word on next.
func succession(old *Private, next SignKey) Succession {
	s := Succession{Old: old.SignKey(), Next: NextHash(next)}
	s.Signature = old.Sign(s.SignedBytes())
	return s
}

func TestTrace(t *testing.T) {
	a, b, c, d := testPrivate(t, 1), testPrivate(t, 2), testPrivate(t, 3), testPrivate(t, 4)
	ab, bc, cd := succession(a, b.SignKey()), succession(b, c.SignKey()), succession(c, d.SignKey())
	ca := succession(c, a.SignKey())
	forged := bc
	forged.Signature[3] ^= 1
	long := make([]Succession, MaxSuccessions+1)
	for name, x := range map[string]struct {
		chain   []Succession
		present *Private
		roots   []*Private
		next    *Private
		want    error
	}{
		"first root":     {nil, a, []*Private{a}, nil, nil},
		"a promise":      {[]Succession{ab}, a, []*Private{a}, b, nil},
		"kept":           {[]Succession{ab}, b, []*Private{a, b}, nil, nil},
		"and again":      {[]Succession{ab, bc, cd}, c, []*Private{a, b, c}, d, nil},
		"not the next":   {[]Succession{ab}, c, nil, nil, ErrSuccession},
		"a gap":          {[]Succession{ab, cd}, d, nil, nil, ErrSuccession},
		"wrong order":    {[]Succession{bc, ab}, c, nil, nil, ErrSuccession},
		"forged":         {[]Succession{ab, forged}, c, nil, nil, ErrBadSignature},
		"round in rings": {[]Succession{ab, bc, ca}, a, nil, nil, ErrSuccession},
		"twice":          {[]Succession{ab, ab}, b, nil, nil, ErrSuccession},
		"too long":       {long, a, nil, nil, ErrSuccession},
	} {
		l, err := Trace(Ed25519{}, x.chain, x.present.SignKey())
		if !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
			continue
		}
		if err != nil {
			continue
		}
		var roots []SignKey
		for _, p := range x.roots {
			roots = append(roots, p.SignKey())
		}
		var next [32]byte
		if x.next != nil {
			next = NextHash(x.next.SignKey())
		}
		if !slices.Equal(l.Roots, roots) || l.Next != next {
			t.Errorf("%s: roots %v, next %x", name, l.Roots, l.Next)
		}
		if l.Operator() != OperatorOf(a.SignKey()) || l.Present() != x.present.SignKey() {
			t.Errorf("%s: operator %v, present root %v", name, l.Operator(), l.Present())
		}
	}
}

func TestFollows(t *testing.T) {
	a, b, c := testPrivate(t, 1).SignKey(), testPrivate(t, 2).SignKey(), testPrivate(t, 3).SignKey()
	none := [32]byte{}
	ab := Lineage{Roots: []SignKey{a, b}, Next: NextHash(c)}
	for name, x := range map[string]struct {
		lineage Lineage
		pinned  SignKey
		next    [32]byte
		ok      bool
	}{
		"pinned before the promise":  {ab, a, none, true},
		"as promised":                {ab, a, NextHash(b), true},
		"otherwise than promised":    {ab, a, NextHash(c), false},
		"present root":               {ab, b, none, true},
		"the promise stands":         {ab, b, NextHash(c), true},
		"a second promise":           {ab, b, NextHash(a), false},
		"a promise withdrawn":        {Lineage{Roots: []SignKey{a, b}}, b, NextHash(c), false},
		"a root of somebody else":    {ab, c, none, false},
		"an old root after a change": {Lineage{Roots: []SignKey{a}}, b, none, false},
	} {
		if err := x.lineage.Follows(x.pinned, x.next); (err == nil) != x.ok || err != nil && !errors.Is(err, ErrSuccession) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzDecodeSuccession: decoding then encoding is the identity; only the length
// can be wrong.
func FuzzDecodeSuccession(f *testing.F) {
	s := succession(testPrivate(f, 1), testPrivate(f, 2).SignKey())
	f.Add(s.Encode())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeSuccession(b)
		if (err == nil) != (len(b) == SuccessionSize) {
			t.Fatalf("%d bytes: %v", len(b), err)
		}
		if err == nil && !bytes.Equal(s.Encode(), b) {
			t.Fatalf("%x comes back as %x", b, s.Encode())
		}
	})
}
