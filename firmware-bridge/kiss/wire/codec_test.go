package wire

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
)

// decode feeds bytes and returns copies of the frames.
func decode(d *Decoder, in []byte) []Frame {
	var frames []Frame
	for _, b := range in {
		if f, ok := d.Push(b); ok {
			f.Data = append([]byte{}, f.Data...)
			frames = append(frames, f)
		}
	}
	return frames
}

func TestDecoder(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string // each frame: type, then data
		outcomes Outcomes
	}{
		{"one", "c0 00 010203 c0", []string{"00010203"}, Outcomes{Frames: 1}},
		{"two share a C0", "c0 00 01 c0 00 02 c0", []string{"0001", "0002"}, Outcomes{Frames: 2}},
		{"many C0 between", "c0c0c0 00 01 c0c0c0 00 02 c0c0", []string{"0001", "0002"}, Outcomes{Frames: 2}},
		{"escapes", "c0 00 dbdc dbdd dbdcdbdd c0", []string{"00c0dbc0db"}, Outcomes{Frames: 1}},
		{"DC and DD alone are data", "c0 00 dcdd c0", []string{"00dcdd"}, Outcomes{Frames: 1}},
		{"port and command", "c0 51 1e c0 ff c0", []string{"511e", "ff"}, Outcomes{Frames: 2}},
		{"port 12, command 0 is escaped", "c0 dbdc 01 c0", []string{"c001"}, Outcomes{Frames: 1}},
		{"no data", "c0 00 c0", []string{"00"}, Outcomes{Frames: 1}},
		{"half a frame first", "0102dbdc c0 00 03 c0", []string{"0003"}, Outcomes{Frames: 1, Noise: 4}},
		{"frame not ended", "c0 00 01", nil, Outcomes{}},
		{"unknown escape drops the frame", "c0 00 01 db00 02 c0 00 03 c0", []string{"0003"}, Outcomes{Frames: 1, BadEscape: 1}},
		{"escape of an escape", "c0 00 dbdb dc c0 00 03 c0", []string{"0003"}, Outcomes{Frames: 1, BadEscape: 1}},
		{"escape before the end", "c0 00 01 db c0 00 03 c0", []string{"0003"}, Outcomes{Frames: 1, BadEscape: 1}},
		{"escape in place of a type", "c0 db00 c0 00 03 c0", []string{"0003"}, Outcomes{Frames: 1, BadEscape: 1}},
		{"longest", "c0 00" + strings.Repeat("55", MaxData) + "c0", []string{"00" + strings.Repeat("55", MaxData)}, Outcomes{Frames: 1}},
		{"too long", "c0 00" + strings.Repeat("55", MaxData+1) + "c0 00 03 c0", []string{"0003"}, Outcomes{Frames: 1, Oversize: 1}},
		{"far too long", "c0 00" + strings.Repeat("55db00", 3*MaxData) + "c0", nil, Outcomes{BadEscape: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d Decoder
			frames := decode(&d, bridgetest.Unhex(t, c.in))
			if len(frames) != len(c.want) {
				t.Fatalf("got %d frames %x, want %d", len(frames), frames, len(c.want))
			}
			for i, f := range frames {
				got := append([]byte{f.Port<<4 | byte(f.Command)}, f.Data...)
				if !bytes.Equal(got, bridgetest.Unhex(t, c.want[i])) {
					t.Errorf("frame %d is %x, want %s", i, got, c.want[i])
				}
			}
			if d.Outcomes != c.outcomes {
				t.Errorf("outcomes %+v, want %+v", d.Outcomes, c.outcomes)
			}
		})
	}
}

func TestAppendFrame(t *testing.T) {
	for _, c := range []struct {
		f    Frame
		want string
	}{
		{Frame{Data: []byte{1, 2}}, "c0 00 0102 c0"},
		{Frame{Port: 1, Command: TXDelay, Data: []byte{30}}, "c0 11 1e c0"},
		{Frame{Port: 12, Data: []byte{0xC0, 0xDB, 0xDC, 0xDD}}, "c0 dbdc dbdc dbdd dc dd c0"},
	} {
		if got := AppendFrame([]byte("x"), c.f)[1:]; !bytes.Equal(got, bridgetest.Unhex(t, c.want)) {
			t.Errorf("%+v is %x, want %s", c.f, got, c.want)
		}
	}
}

// stupidEncode is the encoding as the paper says it, one replacement after the
// other.
func stupidEncode(f Frame) []byte {
	content := string([]byte{f.Port<<4 | byte(f.Command)}) + string(f.Data)
	content = strings.ReplaceAll(content, "\xDB", "\xDB\xDD")
	content = strings.ReplaceAll(content, "\xC0", "\xDB\xDC")
	return []byte("\xC0" + content + "\xC0")
}

func TestRoundTripAgainstStupidEncoder(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	special := []byte{FEND, FESC, TFEND, TFESC}
	var d Decoder
	for i := range 2000 {
		f := Frame{Port: uint8(r.IntN(Ports)), Command: Command(r.IntN(16)), Data: make([]byte, r.IntN(MaxData+1))}
		for j := range f.Data {
			f.Data[j] = byte(r.Uint32())
			if r.IntN(4) == 0 {
				f.Data[j] = special[r.IntN(len(special))]
			}
		}
		wire := AppendFrame(nil, f)
		if !bytes.Equal(wire, stupidEncode(f)) {
			t.Fatalf("seed %d, frame %d: %x differs from the stupid encoding", seed, i, wire)
		}
		got := decode(&d, wire)
		if len(got) != 1 || got[0].Port != f.Port || got[0].Command != f.Command || !bytes.Equal(got[0].Data, f.Data) {
			t.Fatalf("seed %d, frame %d: decoded to %+v, want %+v", seed, i, got, f)
		}
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte("\xc0\x00hello\xc0\x00\xdb\xdc\xdb\xdd\xc0"))
	f.Add([]byte("noise\xc0\x00half\xdb\xc0\xc0\xff\xc0"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var d Decoder
		frames := decode(&d, in)
		var wire []byte
		for _, fr := range frames {
			if len(fr.Data) > MaxData || fr.Port >= Ports || fr.Command > 15 {
				t.Fatalf("frame out of bounds: %+v", fr)
			}
			wire = AppendFrame(wire, fr)
		}
		if cap(d.content) > 2*MaxData || int(d.Frames) != len(frames) {
			t.Fatalf("decoder holds %d bytes, counted %d frames of %d", cap(d.content), d.Frames, len(frames))
		}
		// What was decoded, encoded again, decodes to the same.
		var again Decoder
		second := decode(&again, wire)
		if len(second) != len(frames) {
			t.Fatalf("%d frames became %d", len(frames), len(second))
		}
		for i := range frames {
			if frames[i].Port != second[i].Port || frames[i].Command != second[i].Command || !bytes.Equal(frames[i].Data, second[i].Data) {
				t.Fatalf("frame %d changed from %+v to %+v", i, frames[i], second[i])
			}
		}
	})
}
