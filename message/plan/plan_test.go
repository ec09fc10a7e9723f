package plan

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// A plan of four channels takes two frames of a slow radio, and comes back whole.
func TestPlan(t *testing.T) {
	w := newWorld(t)
	p := w.plan()
	raw := p.Encode()
	if len(raw) > 300 {
		t.Errorf("a plan of four channels takes %d bytes, at most 300", len(raw))
	}
	for name, read := range map[string]func() (*Plan, error){
		"bytes": func() (*Plan, error) { return Decode(raw) },
		"file": func() (*Plan, error) {
			return Parse(append([]byte("Hello,\r\n\r\n"), bytes.ReplaceAll(p.Text(), []byte("\n"), []byte(" \r\n"))...))
		},
	} {
		got, err := read()
		if err != nil || !reflect.DeepEqual(got, p) {
			t.Errorf("from %s: %+v, %v", name, got, err)
		}
	}
	if err := p.Verify(ident.Ed25519{}, w.root.SignKey(), w.operator); err != nil {
		t.Error(err)
	}
	if err := p.Verify(ident.Ed25519{}, w.root.SignKey(), ident.OperatorID{1}); !errors.Is(err, ErrOperator) {
		t.Errorf("another network: %v", err)
	}
}

// An edition only rises.
func TestSucceeds(t *testing.T) {
	p, q := newWorld(t).plan(), newWorld(t).plan()
	if p.Succeeds(nil) != nil || !errors.Is(p.Succeeds(q), ErrOlder) {
		t.Error("the first plan, or one of the same edition")
	}
	q.Edition++
	if q.Succeeds(p) != nil || !errors.Is(p.Succeeds(q), ErrOlder) {
		t.Error("a newer or an older one")
	}
}

func TestFile(t *testing.T) {
	text := string(newWorld(t).plan().Text())
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":   {"", ErrFile},
		"cut":       {text[:len(text)-20], ErrTruncated},
		"two":       {text + text, ErrFile},
		"letters":   {strings.Replace(text, "A", "!", 1), ErrFile},
		"too long":  {strings.Repeat(" ", MaxFileText) + text, ErrOversized},
		"other one": {"-----BEGIN BLACKSTART NETWORK-----\n", ErrFile},
	} {
		if _, err := Parse([]byte(c.text)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestHertz(t *testing.T) {
	for text, want := range map[string]int64{"869.525M": 869_525_000, "125k": 125_000, "62.5k": 62_500, "125000": 125_000, "869.5250000M": 869_525_000, "1M": 1_000_000} {
		if got, err := ParseHertz(text); err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "M", ".5M", "869,525M", "1.5", "869.5250001M", "12e3", "-1M", "99999999999M"} {
		if got, err := ParseHertz(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestTable(t *testing.T) {
	var lines []string
	for _, row := range newWorld(t).plan().Table() {
		lines = append(lines, strings.Join(row, " | "))
	}
	got := strings.Join(lines, "\n")
	for _, want := range []string{
		"1 | field | crews | 869.525M | 125k | lora sf8 4/5 | 27 dBm | law | eu868 | -",
		"3 | vhf | substations | 172.5M | 12.5k | afsk 1200 bit/s | 40 dBm | 20 % | licensed | -",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// FuzzDecode: what decodes encodes to the same bytes.
func FuzzDecode(f *testing.F) {
	f.Add(newWorld(f).plan().Encode())
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Decode(raw)
		if err == nil && !bytes.Equal(p.Encode(), raw) {
			t.Fatalf("%x decodes, but is not what encoding gives", raw)
		}
	})
}

// FuzzParse: what parses comes back from the file made of it.
func FuzzParse(f *testing.F) {
	f.Add(newWorld(f).plan().Text())
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Parse(text)
		if err != nil {
			return
		}
		if q, err := Parse(p.Text()); err != nil || !reflect.DeepEqual(p, q) {
			t.Fatalf("%+v comes back as %+v, %v", p, q, err)
		}
	})
}

func FuzzParseHertz(f *testing.F) {
	f.Add("869.525M")
	f.Fuzz(func(t *testing.T, text string) {
		hz, err := ParseHertz(text)
		if err != nil {
			return
		}
		if again, err := ParseHertz(Hertz(hz)); err != nil || again != hz {
			t.Fatalf("%q is %d, and %s is %d, %v", text, hz, Hertz(hz), again, err)
		}
	})
}

func TestBoundedDecoding(t *testing.T) {
	p := newWorld(t).plan()
	sound := [][]byte{p.Encode(), p.Text()}
	for _, f := range vectors.Read(t, vectorDir) {
		sound = append(sound, f.Data)
	}
	for name, decode := range map[string]func([]byte){
		"Decode": func(b []byte) { _, _ = Decode(b) },
		"Parse":  func(b []byte) { _, _ = Parse(b) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 32, Plus: 16 << 10}.Decoding(t, decode, sound...) })
	}
}
