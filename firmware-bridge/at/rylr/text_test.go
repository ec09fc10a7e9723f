package rylr

import (
	"bytes"
	"testing"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

func TestTextOfAllLengths(t *testing.T) {
	for n := range MaxData + 1 {
		for _, data := range [][]byte{bridgetest.Random(uint64(n), n), make([]byte, n), bytes.Repeat([]byte{0xFF}, n)} {
			text := AppendText(nil, data)
			if len(text) != TextLen(n) || len(text) > MaxText {
				t.Fatalf("%d bytes take %d characters, want %d", n, len(text), TextLen(n))
			}
			if i := bytes.IndexFunc(text, func(r rune) bool { return r < '!' || r > '~' }); i >= 0 {
				t.Fatalf("%d bytes: character %q", n, text[i])
			}
			if back, ok := DecodeText(text); !ok || !bytes.Equal(back, data) {
				t.Fatalf("%x became %x", data, back)
			}
		}
	}
	if TextLen(MaxData+1) <= MaxText {
		t.Error("more than MaxData bytes fit")
	}
}

// The text as the package's comment describes it, reckoned by hand.
func TestTextByHand(t *testing.T) {
	for data, want := range map[string]string{
		"\x00":                                 "!!",
		"\x01":                                 "!\"",
		"\xff":                                 "#d",           // 255 = 2*94 + 67
		"\x01\x00\x00\x00":                     "!53f#",        // 16777216 = 20*94^3 + 18*94^2 + 69*94 + 2
		"\x00\x00\x00\x00\x00\x00\x00\x00\x5e": "!!!!!!!!!\"!", // 94
	} {
		if got := string(AppendText(nil, []byte(data))); got != want {
			t.Errorf("%x is %q, want %q", data, got, want)
		}
	}
}

func TestDecodeTextRefuses(t *testing.T) {
	for _, text := range []string{"!", "!!!!!!", "~~", "~~~~~~~~~~~", "! ", "!\r", "!!!\x7f"} {
		if data, ok := DecodeText([]byte(text)); ok {
			t.Errorf("%q is read as %x", text, data)
		}
	}
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte("!53f#"))
	f.Add([]byte("~~~~~~~~~~~!!"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if data, ok := DecodeText(text); ok && !bytes.Equal(AppendText(nil, data), text) {
			t.Fatalf("%q is read as %x, which is written %q", text, data, AppendText(nil, data))
		}
	})
}

func FuzzParseReceived(f *testing.F) {
	f.Add([]byte("+RCV=50,5,HE,LO,-99,40"))
	f.Add([]byte("+RCV=0,0,,-1,-1"))
	f.Fuzz(func(t *testing.T, line []byte) {
		p, ok := ParseReceived(line)
		if ok && (len(p.Data) > MaxText || p.From < 0 || p.From > 65_535) {
			t.Fatalf("%q is read as %+v", line, p)
		}
	})
}

func TestBounded(t *testing.T) {
	whole := bound.Texts("!53f#", "+RCV=50,5,HE,LO,-99,40")
	bound.Bound{Times: 8, Plus: 4 << 10}.Decoding(t, func(b []byte) { _, _ = DecodeText(b) }, whole...)
	bound.Bound{Times: 8, Plus: 4 << 10}.Decoding(t, func(b []byte) { _, _ = ParseReceived(b) }, whole...)
}

// The profile says of every frame what its text, and what the module adds, take on the
// air.
func TestProfileSaysWhatTheTextTakes(t *testing.T) {
	u, err := bridge.ParseURL("at+rylr:///dev/a?freq=868.5M&sf=8", Scheme, Params())
	if err != nil {
		t.Fatal(err)
	}
	_, p, err := newDriver(u)
	if err != nil {
		t.Fatal(err)
	}
	l := airtime.LoRa{Spreading: 8, Bandwidth: 125_000, Coding: 5, Preamble: 12}
	for n := 1; n <= MaxData; n++ {
		if got, want := p.Airtime(n), l.OnAir(added+len(AppendText(nil, make([]byte, n)))); got != want {
			t.Fatalf("%d bytes: the profile says %v, on the air it is %v", n, got, want)
		}
	}
}
