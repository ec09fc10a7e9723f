package pipe

import (
	"bytes"
	"encoding/hex"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
)

// decode feeds bytes and returns copies of the frames.
func decode(d *Decoder, in []byte) [][]byte {
	var frames [][]byte
	for _, b := range in {
		if f, ok := d.Push(b); ok {
			frames = append(frames, bytes.Clone(f))
		}
	}
	return frames
}

func same(a, b [][]byte) bool { return slices.EqualFunc(a, b, bytes.Equal) }

// The check value of CRC-32 is that of "123456789": cbf43926.
func TestWire(t *testing.T) {
	for _, c := range []struct{ data, wire string }{
		{"313233343536373839", "00 0e 313233343536373839 cbf43926 00"},
		{"00", "00 01 05 d202ef8d 00"},
		{"1100 0022", "00 02 11 01 06 22 1c81ae02 00"},
		{strings.Repeat("11", 250), "00 ff" + strings.Repeat("11", 250) + hex.EncodeToString(sum(250)) + "00"},
		{strings.Repeat("11", 251), "00 ff" + strings.Repeat("11", 251) + hex.EncodeToString(sum(251)[:3]) + "02" + hex.EncodeToString(sum(251)[3:]) + "00"},
	} {
		data, wire := bridgetest.Unhex(t, c.data), bridgetest.Unhex(t, c.wire)
		if got := AppendFrame(nil, data); !bytes.Equal(got, wire) {
			t.Errorf("%s is %x, want %s", c.data, got, c.wire)
		}
		var d Decoder
		if got := decode(&d, wire); !same(got, [][]byte{data}) {
			t.Errorf("%s read as %x", c.wire, got)
		}
	}
}

// sum is the checksum of n bytes 11.
func sum(n int) []byte {
	s := crc32.ChecksumIEEE(bytes.Repeat([]byte{0x11}, n))
	return []byte{byte(s >> 24), byte(s >> 16), byte(s >> 8), byte(s)}
}

func TestDecoder(t *testing.T) {
	good := AppendFrame(nil, []byte("good"))
	other := AppendFrame(nil, []byte("other"))
	flip := func(b []byte, i int) []byte {
		b = bytes.Clone(b)
		b[i] ^= 0x40
		return b
	}
	for name, c := range map[string]struct {
		in   [][]byte
		want string
		of   Outcomes
	}{
		"one":                      {[][]byte{good}, "good", Outcomes{Frames: 1}},
		"two share an edge":        {[][]byte{good, other[1:]}, "good other", Outcomes{Frames: 2}},
		"noise before":             {[][]byte{[]byte("noise"), good}, "good", Outcomes{Frames: 1, Damaged: 1}},
		"noise with edges before":  {[][]byte{[]byte("a\x00b\x00\x00c"), good}, "good", Outcomes{Frames: 1, Damaged: 3}},
		"noise after":              {[][]byte{good, []byte("noise"), other}, "good other", Outcomes{Frames: 2, Damaged: 1}},
		"half a frame before":      {[][]byte{other[:5], good}, "good", Outcomes{Frames: 1, Damaged: 1}},
		"the end of one before":    {[][]byte{other[4:], good}, "good", Outcomes{Frames: 1, Damaged: 1}},
		"last edge lost":           {[][]byte{good[:len(good)-1], other}, "good other", Outcomes{Frames: 2}},
		"first edge lost":          {[][]byte{good, other[1:], good}, "good other good", Outcomes{Frames: 3}},
		"a byte lost":              {[][]byte{other[:3], other[4:], good}, "good", Outcomes{Frames: 1, Damaged: 1}},
		"a bit flipped":            {[][]byte{flip(other, 4), good}, "good", Outcomes{Frames: 1, Damaged: 1}},
		"a bit of an edge flipped": {[][]byte{flip(other, len(other)-1), good}, "good", Outcomes{Frames: 1, Damaged: 1}},
		"no data":                  {[][]byte{AppendFrame(nil, nil), good}, "good", Outcomes{Frames: 1, Damaged: 1}},
		"too long":                 {[][]byte{AppendFrame(nil, make([]byte, MaxData+1)), good}, "good", Outcomes{Frames: 1, Oversize: 1}},
		"far too long":             {[][]byte{bytes.Repeat([]byte("x"), 9000), good}, "good", Outcomes{Frames: 1, Oversize: 1}},
	} {
		var d Decoder
		got := string(bytes.Join(decode(&d, bytes.Join(c.in, nil)), []byte(" ")))
		if got != c.want || d.Outcomes != c.of {
			t.Errorf("%s: %q, %+v, want %q, %+v", name, got, d.Outcomes, c.want, c.of)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 0))
	var d Decoder
	for i := range 3000 {
		data := make([]byte, 1+r.IntN(MaxData))
		zeros := r.IntN(3)
		for j := range data {
			if data[j] = byte(r.Uint32()); zeros == 0 || zeros == 1 && data[j] == 0 {
				data[j] |= 1
			}
		}
		wire := AppendFrame(nil, data)
		if len(wire) > OnWire(len(data)) || len(data) <= 250 && len(wire) != len(data)+Overhead {
			t.Fatalf("seed %d, frame %d: %d bytes of data take %d", seed, i, len(data), len(wire))
		}
		if bytes.IndexByte(wire[1:len(wire)-1], 0) >= 0 {
			t.Fatalf("seed %d, frame %d: an edge inside %x", seed, i, wire)
		}
		if got := decode(&d, wire); !same(got, [][]byte{data}) {
			t.Fatalf("seed %d, frame %d: %x became %x", seed, i, data, got)
		}
	}
}

// A good frame arrives whatever goes before it, and nothing else does.
func FuzzDecoder(f *testing.F) {
	f.Add([]byte("noise\x00\x05half"), []byte("data\x00\x00"))
	f.Add(AppendFrame(nil, []byte("before"))[:7], bytes.Repeat([]byte{0xFF}, 300))
	f.Fuzz(func(t *testing.T, noise, data []byte) {
		if len(data) == 0 || len(data) > MaxData {
			return
		}
		var d Decoder
		before := decode(&d, noise)
		for _, b := range before { // a frame in the noise: it says the same again
			var again Decoder
			if !same(decode(&again, AppendFrame(nil, b)), [][]byte{b}) {
				t.Fatalf("%x does not say itself again", b)
			}
		}
		got := decode(&d, AppendFrame(nil, data))
		if len(got) == 0 || len(got) > 2 || !bytes.Equal(got[len(got)-1], data) {
			t.Fatalf("after %x, %x was read as %x", noise, data, got)
		}
		if cap(d.content) > 4*MaxData {
			t.Fatalf("decoder holds %d bytes", cap(d.content))
		}
	})
}
