package enrol

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestRequestComesBackWhole(t *testing.T) {
	w := newWorld(t)
	for _, role := range []string{"", "duty shift leader"} {
		r, err := w.request("crew-1", role)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseRequest(r.Text())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, r) {
			t.Errorf("came back as %+v, was %+v", got, r)
		}
		if err := got.Verify(ident.Ed25519{}); err != nil {
			t.Error(err)
		}
		if got.CheckCode() != r.CheckCode() {
			t.Error("check code changed")
		}
	}
}

func TestRequestSurvivesMail(t *testing.T) {
	r, err := newWorld(t).request("crew-1", "crew")
	if err != nil {
		t.Fatal(err)
	}
	text := string(r.Text())
	for name, mailed := range map[string]string{
		"other line ends":  strings.ReplaceAll(text, "\n", "\r\n"),
		"words around":     "Dear colleague,\n\n" + text + "\nkind regards\n",
		"indented":         "  " + strings.ReplaceAll(text, "\n", "\n  "),
		"rewrapped":        strings.ReplaceAll(text, "\n", " \n"),
		"no last line end": strings.TrimSpace(text),
	} {
		if got, err := ParseRequest([]byte(mailed)); err != nil || !bytes.Equal(got.Encode(), r.Encode()) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRequestRefusals(t *testing.T) {
	w := newWorld(t)
	r, err := w.request("crew-1", "crew")
	if err != nil {
		t.Fatal(err)
	}
	good := r.Encode()
	edit := func(change func(b []byte) []byte) []byte { return change(bytes.Clone(good)) }
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":           {nil, ErrTruncated},
		"cut short":       {good[:len(good)-1], ErrTruncated},
		"one byte more":   {append(bytes.Clone(good), 0), ErrNotCanonical},
		"unknown version": {edit(func(b []byte) []byte { b[0] = 1; return b }), ErrVersion},
		"control letter":  {edit(func(b []byte) []byte { b[2] = 7; return b }), ErrName},
		"no name":         {append([]byte{2, 0, 0}, good[len(good)-160:]...), ErrName},
		"name is number":  {append([]byte{2, 1, '7', 0}, good[len(good)-160:]...), ErrName},
	} {
		if _, err := DecodeRequest(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for i := range good {
		changed := edit(func(b []byte) []byte { b[i] ^= 1; return b })
		got, err := DecodeRequest(changed)
		if err == nil {
			err = got.Verify(ident.Ed25519{})
		}
		if err == nil {
			t.Fatalf("a request with byte %d changed was taken", i)
		}
		if Hint(err) == "" {
			t.Errorf("byte %d: no hint for %v", i, err)
		}
	}
}

// A box key of low order would lay the network's secrets open.
func TestRequestWithWeakBoxKey(t *testing.T) {
	w := newWorld(t)
	for _, weak := range []ident.BoxKey{{}, {1}} {
		for _, r := range []*Request{{Box: weak, Package: w.once[0].Public()}, {Box: w.nodes[0].BoxKey(), Package: weak}} {
			r.Name, r.Sign = "crew-1", w.nodes[0].SignKey()
			r.Signature = w.nodes[0].Sign(r.SignedBytes())
			if err := r.Verify(ident.Ed25519{}); !errors.Is(err, ErrBoxKey) {
				t.Errorf("box key %x: %v, want %v", weak[:2], err, ErrBoxKey)
			}
		}
	}
}

func TestArmourRefusals(t *testing.T) {
	r, err := newWorld(t).request("crew-1", "")
	if err != nil {
		t.Fatal(err)
	}
	text := string(r.Text())
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":       {"", ErrArmour},
		"no end":        {text[:len(text)-10], ErrTruncated},
		"two of them":   {text + text, ErrArmour},
		"other kind":    {strings.ReplaceAll(text, "REQUEST", "NETWORK"), ErrKind},
		"bad letter":    {strings.Replace(text, "Ag", "A*", 1), ErrArmour},
		"line missing":  {cutLine(text, 2), ErrTruncated},
		"far too large": {text + strings.Repeat("x", MaxRequestText), ErrOversized},
	} {
		if _, err := ParseRequest([]byte(c.text)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func cutLine(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	return strings.Join(append(lines[:n:n], lines[n+1:]...), "")
}

func FuzzDecodeRequest(f *testing.F) {
	r, err := newWorld(f).request("crew-1", "crew")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(r.Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := DecodeRequest(data)
		if err == nil && !bytes.Equal(r.Encode(), data) {
			t.Errorf("%x comes back as %x", data, r.Encode())
		}
	})
}

func FuzzParseRequest(f *testing.F) {
	r, err := newWorld(f).request("crew-1", "crew")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(r.Text())
	f.Add([]byte(r.ScanText()))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseRequest(text)
		if err != nil {
			return
		}
		again, err := ParseRequest(r.Text())
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%+v comes back as %+v, %v", r, again, err)
		}
	})
}
