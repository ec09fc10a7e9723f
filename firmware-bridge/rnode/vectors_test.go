package rnode

import (
	"bytes"
	"slices"
	"testing"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/radio"
)

func frames(d *Decoder, in []byte) []Frame {
	var list []Frame
	for _, b := range in {
		if f, ok := d.Push(b); ok {
			list = append(list, Frame{f.Command, bytes.Clone(f.Payload)})
		}
	}
	return list
}

// Frames recorded between the reference host and a radio, or built by the same
// rules, in both directions.
func TestRecordedFrames(t *testing.T) {
	for _, c := range []struct {
		wire string
		want []Frame
	}{
		{"c0 08 73 c0 50 00 c0 48 00 c0 49 00 c0", []Frame{{Detect, []byte{0x73}}, {Version, []byte{0}}, {Platform, []byte{0}}, {MCU, []byte{0}}}},
		{"c0 08 46 c0", []Frame{{Detect, []byte{0x46}}}},
		{"c0 50 01 56 c0", []Frame{{Version, []byte{1, 86}}}},
		{"c0 01 33 b0 6c 00 c0", []Frame{{Frequency, u32(867_200_000)}}},
		{"c0 02 00 01 e8 48 c0", []Frame{{Bandwidth, u32(125_000)}}},
		{"c0 03 0e c0 c0 04 08 c0 c0 05 05 c0", []Frame{{TXPower, []byte{14}}, {Spreading, []byte{8}}, {Coding, []byte{5}}}},
		{"c0 0c 03 e8 c0", []Frame{{LongLimit, []byte{3, 0xe8}}}},
		{"c0 06 01 c0", []Frame{{RadioState, []byte{1}}}},
		{"c0 01 36 89 ca db dc c0", []Frame{{Frequency, u32(915_000_000)}}},
		{"c0 23 56 c0 c0 24 26 c0 c0 00 21 00 94 27 61 9d c0", []Frame{{RSSI, []byte{0x56}}, {SNR, []byte{0x26}}, {Data, bridgetest.Unhex(t, "21009427619d")}}},
		{"c0 0f 00 c0", []Frame{{Ready, []byte{0}}}},
	} {
		wire := bridgetest.Unhex(t, c.wire)
		var d Decoder
		got := frames(&d, wire)
		if !slices.EqualFunc(got, c.want, func(a, b Frame) bool { return a.Command == b.Command && bytes.Equal(a.Payload, b.Payload) }) {
			t.Errorf("%s: read as %v, want %v", c.wire, got, c.want)
		}
		var again []byte
		for _, f := range c.want {
			again = AppendFrame(again, f)
		}
		// Two frames may share a C0.
		if shared := bytes.ReplaceAll(again, []byte{0xC0, 0xC0}, []byte{0xC0}); !bytes.Equal(again, wire) && !bytes.Equal(shared, wire) {
			t.Errorf("%s: written as %x", c.wire, again)
		}
	}
}

// What the driver says and makes of the recorded answers.
func TestRecordedConversation(t *testing.T) {
	u, err := bridge.ParseURL("rnode:///dev/a?freq=867.2M&long=10", Scheme, Params())
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := newDriver(u)
	if err != nil {
		t.Fatal(err)
	}
	wrote := func(out []bridge.Output) []byte {
		var b []byte
		for _, o := range out {
			if w, ok := o.(bridge.Write); ok {
				b = append(b, w.Data...)
			}
		}
		return bytes.ReplaceAll(b, []byte{0xC0, 0xC0}, []byte{0xC0})
	}
	if got, want := wrote(d.Step(0, bridge.Opened{})), bridgetest.Unhex(t, "c0 08 73 c0 50 00 c0 48 00 c0 49 00 c0"); !bytes.Equal(got, want) {
		t.Errorf("says %x first, want %x", got, want)
	}
	got := wrote(d.Step(1, bridge.Bytes{Data: bridgetest.Unhex(t, "c0 08 46 c0 c0 50 01 56 c0 c0 48 80 c0 c0 49 81 c0")}))
	if want := bridgetest.Unhex(t, "c0 01 33 b0 6c 00 c0 02 00 01 e8 48 c0 03 0e c0 04 08 c0 05 05 c0 0c 03 e8 c0 06 01 c0"); !bytes.Equal(got, want) {
		t.Errorf("sets up with %x, want %x", got, want)
	}
	out := d.Step(2, bridge.Bytes{Data: got}) // a radio gives all back
	if r, ok := out[0].(bridge.Ready); !ok || r.About != "RNode, firmware 1.86, ESP32" {
		t.Errorf("after set-up: %+v", out)
	}
	out = d.Step(3, bridge.Bytes{Data: bridgetest.Unhex(t, "c0 23 56 c0 c0 24 26 c0 c0 00 21 00 94 27 61 9d c0")})
	h, ok := out[0].(bridge.Heard)
	if !ok || h.Signal == nil || *h.Signal != (radio.Signal{RSSI: -71, SNR: 9.5}) || !bytes.Equal(h.Data, bridgetest.Unhex(t, "21009427619d")) {
		t.Errorf("heard %+v", out)
	}
}

// The firmware does not escape the one byte of SNR, which may be C0 (-16 dB) or DB
// (-9.25 dB): far away, where it matters most.
func TestSignalThatIsNotEscaped(t *testing.T) {
	for wire, want := range map[string]byte{"c0 24 c0 c0": 0xC0, "c0 24 db c0": 0xDB, "c0 24 db dc c0": 0xC0} {
		var d Decoder
		list := frames(&d, append(bridgetest.Unhex(t, wire), bridgetest.Unhex(t, "c0 00 01 02 c0")...))
		if len(list) != 2 || list[0].Command != SNR || !bytes.Equal(list[0].Payload, []byte{want}) || list[1].Command != Data {
			t.Errorf("%s: read as %v, want %02x and a packet", wire, list, want)
		}
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte("\xc0\x00hello\xc0\x08\xdb\xdc\xdb\xdd\xc0"))
	f.Add([]byte("noise\xc0\x00half\xdb\xc0\xc0\xff\xc0"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var d Decoder
		list := frames(&d, in)
		var wire []byte
		for _, fr := range list {
			if len(fr.Payload) > MaxData || fr.Command == 0xC0 {
				t.Fatalf("frame out of bounds: %+v", fr)
			}
			wire = AppendFrame(wire, fr)
		}
		var again Decoder
		if second := frames(&again, wire); !slices.EqualFunc(list, second, func(a, b Frame) bool { return a.Command == b.Command && bytes.Equal(a.Payload, b.Payload) }) {
			t.Fatalf("%v became %v", list, second)
		}
		if content, _ := d.Inside(); cap(content) > 2*MaxData {
			t.Fatalf("decoder holds %d bytes", cap(content))
		}
	})
}
