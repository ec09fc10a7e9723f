package meshtastic

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"slices"
	"testing"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// messages returns what a decoder finds.
func messages(d *Decoder, in []byte) [][]byte {
	var list [][]byte
	for _, b := range in {
		if m, ok := d.Push(b); ok {
			list = append(list, bytes.Clone(m))
		}
	}
	return list
}

// Frames built with the project's own protobufs, version 2.7.18.
const (
	wantConfig1234 = "94c3000318d209"
	aHeartbeat     = "94c300023a00"
	aBroadcast     = "94c3001b0a1915ffffffff1801220908800212040102feff35443322114803"
	aDirect        = "94c3001e0a1c15d4c3b2a1220908800212040102feff354533221148035001880101"
	aQueueStatus   = "94c3000c5a0a100f181020c4e6888901"
	aPacket        = "94c3003f0807123b0dd4c3b2a115ffffffff1801220b08800212040102feff480035887766553d803bb16a450000c840480260a5ffffffffffffffff0178039801d401"
	anAck          = "94c300220808121e0dd4c3b2a115fecaad0b220b080512021800354533221135897766554803"
	complete1234   = "94c3000338d209"
	aDisconnect    = "94c300022001"
)

var fourBytes = []byte{1, 2, 0xfe, 0xff}

func TestRecordedFramesToRadio(t *testing.T) {
	for want, got := range map[string][]byte{
		wantConfig1234: AppendWantConfig(nil, 1234),
		aHeartbeat:     AppendHeartbeat(nil),
		aBroadcast:     AppendPacket(nil, Packet{To: Broadcast, Channel: 1, Port: PortPrivate, Data: fourBytes, ID: 0x11223344, HopLimit: 3}),
		aDirect:        AppendPacket(nil, Packet{To: 0xa1b2c3d4, Port: PortPrivate, Data: fourBytes, ID: 0x11223345, HopLimit: 3, WantAck: true, Sealed: true}),
		aDisconnect:    AppendDisconnect(nil),
	} {
		if hex.EncodeToString(got) != want {
			t.Errorf("%x, want %s", got, want)
		}
	}
}

func TestRecordedFramesFromRadio(t *testing.T) {
	for wire, want := range map[string]Message{
		aQueueStatus: Queue{Free: 15, Most: 16, Packet: 0x11223344},
		aPacket: Packet{From: 0xa1b2c3d4, To: Broadcast, Channel: 1, Port: PortPrivate, Data: fourBytes, ID: 0x55667788,
			SNR: 6.25, RSSI: -91, HopLimit: 2, HopStart: 3},
		anAck:        Packet{From: 0xa1b2c3d4, To: 0x0badcafe, Port: PortRouting, Data: []byte{0x18, 0}, Request: 0x11223345, ID: 0x55667789, HopLimit: 3},
		complete1234: Complete(1234),
	} {
		var d Decoder
		list := messages(&d, append([]byte("DEBUG | some text\r\n"), bridgetest.Unhex(t, wire)...))
		if len(list) != 1 || d.Noise != 19 {
			t.Fatalf("%s: %d messages, %d bytes beside them", wire, len(list), d.Noise)
		}
		if got, ok := ParseFromRadio(list[0]); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v %v, want %+v", wire, got, ok, want)
		}
	}
	for payload, want := range map[string]uint32{"1800": 0, "1805": 5, "1809": 9, "": 0} {
		if got, ok := reason(bridgetest.Unhex(t, payload)); !ok || got != want {
			t.Errorf("routing %s: %d %v, want %d", payload, got, ok, want)
		}
	}
}

// A decoder that is fed what is no message finds the next one.
func TestDecoderFindsItsWayBack(t *testing.T) {
	whole := bridgetest.Unhex(t, complete1234)
	for name, before := range map[string][]byte{
		"94 twice":        {0x94},
		"94 94 C3 broken": {0x94, 0x94},
		"too long":        {0x94, 0xC3, 0x02, 0x01},
		"wake":            bytes.Repeat([]byte{0xC3}, 32),
	} {
		var d Decoder
		if list := messages(&d, append(before, whole...)); len(list) != 1 {
			t.Errorf("%s: %d messages", name, len(list))
		}
	}
	var d Decoder
	messages(&d, whole[:5])
	d.Break()
	if list := messages(&d, whole); len(list) != 1 || d.Broken != 1 {
		t.Errorf("after half a message: %d messages, %d broken", len(list), d.Broken)
	}
}

// wrote gathers what a driver writes.
func wrote(out []bridge.Output) []byte {
	var b []byte
	for _, o := range out {
		if w, ok := o.(bridge.Write); ok {
			b = append(b, w.Data...)
		}
	}
	return b
}

// answers is how a radio tells its configuration; its number is 0x0badcafe.
func answers(t *testing.T) []byte {
	var b []byte
	for _, m := range []string{
		"1a0808fe95b75d6a0174", // my_info: number, board "t"
		"6a080a06322e372e3138", // metadata: 2.7.18
		"52021801",             // channel 0, primary
		"520408011802",         // channel 1, secondary
		"2a083206080138034801", // lora: preset, region EU_868, transmits
		"38ac9e04",             // complete 69420
	} {
		b = AppendFrame(b, bridgetest.Unhex(t, m))
	}
	return b
}

// configured returns a driver after set-up.
func configured(t *testing.T, query string) *driver {
	t.Helper()
	u, err := bridge.ParseURL("meshtastic:///dev/a?"+query, Scheme, Params())
	if err != nil {
		t.Fatal(err)
	}
	d, err := newDriver(u, 0x11223344)
	if err != nil {
		t.Fatal(err)
	}
	if got := wrote(d.Step(0, bridge.Opened{})); !bytes.Equal(got, append(bytes.Repeat([]byte{0xC3}, 32), bridgetest.Unhex(t, "94c3000418ac9e04")...)) {
		t.Fatalf("says %x first", got)
	}
	if got := wrote(d.Step(1, bridge.Bytes{Data: answers(t)})); !bytes.Equal(got, bridgetest.Unhex(t, aHeartbeat)) {
		t.Fatalf("after the configuration it writes %x", got)
	}
	if r, ok := bridgetest.Found[bridge.Ready](d.Step(2, bridge.Bytes{Data: bridgetest.Unhex(t, aQueueStatus)})); !ok || r.About != "Meshtastic 2.7.18, t, !0badcafe, EU_868, LONG_FAST" {
		t.Fatalf("after set-up: %v %+v", ok, r)
	}
	return d
}

// What the driver says and makes of the recorded frames.
func TestRecordedConversation(t *testing.T) {
	d := configured(t, "channel=1&hops=3")
	out := d.Step(3, bridge.Transmit{Data: fourBytes})
	if got := wrote(out); !bytes.Equal(got, bridgetest.Unhex(t, aBroadcast)) {
		t.Errorf("transmits with %x, want %s", got, aBroadcast)
	}
	out = d.Step(4, bridge.Bytes{Data: bridgetest.Unhex(t, aQueueStatus)})
	if w, ok := bridgetest.Found[bridge.Wake](out); !ok || w.At != clock.Instant(4).Add(draws(d.lora)+d.profile.Airtime(4)) {
		t.Errorf("taken by the radio: %+v", out)
	}
	out = d.Step(5, bridge.Bytes{Data: bridgetest.Unhex(t, aPacket)})
	h, ok := bridgetest.Found[bridge.Heard](out)
	if !ok || !bytes.Equal(h.Data, fourBytes) || h.Signal != nil { // two of three hops left: it was repeated
		t.Errorf("heard %+v", out)
	}
	near := bridgetest.Unhex(t, aPacket)
	near[len(near)-5] = 2 // hop_start
	h, ok = bridgetest.Found[bridge.Heard](d.Step(6, bridge.Bytes{Data: near}))
	if !ok || h.Signal == nil || *h.Signal != (radio.Signal{RSSI: -91, SNR: 6.25}) {
		t.Errorf("heard from near %+v", h)
	}
	if got := wrote(d.Step(7, bridge.Leave{})); !bytes.Equal(got, bridgetest.Unhex(t, aDisconnect)) {
		t.Errorf("leaves with %x", got)
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte("text\x94\xc3\x00\x03\x18\xd2\x09\x94\x94\xc3\xff\xff"))
	f.Add(bridgetest.Unhex(f, aPacket+anAck+aQueueStatus))
	f.Fuzz(func(t *testing.T, in []byte) {
		var d Decoder
		list := messages(&d, in)
		var wire []byte
		for _, m := range list {
			if len(m) > MaxMessage {
				t.Fatalf("a message of %d bytes", len(m))
			}
			wire = AppendFrame(wire, m)
		}
		var again Decoder
		if second := messages(&again, wire); !slices.EqualFunc(list, second, bytes.Equal) {
			t.Fatalf("%x became %x", list, second)
		}
		if cap(d.message) > 2*MaxMessage {
			t.Fatalf("the decoder holds %d bytes", cap(d.message))
		}
	})
}

// FuzzFromRadio is of ParseFromRadio: whatever it takes for a packet stays within what
// it was given.
func FuzzFromRadio(f *testing.F) {
	for _, wire := range []string{aPacket, anAck, aQueueStatus, complete1234} {
		f.Add(bridgetest.Unhex(f, wire)[4:])
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		m, ok := ParseFromRadio(in)
		if p, is := m.(Packet); ok && is {
			if len(p.Data) > len(in) {
				t.Fatalf("%d bytes of %d", len(p.Data), len(in))
			}
			// What is handed over again is read the same.
			wire := AppendPacket(nil, Packet{To: p.To, Port: p.Port, Data: p.Data[:min(len(p.Data), MaxData)], ID: p.ID})
			if got, ok := walkPacket(wire); !ok || got.To != p.To || got.ID != p.ID || got.Port != p.Port {
				t.Fatalf("%+v became %+v", p, got)
			}
			_, _ = reason(p.Data)
		}
	})
}

// walkPacket reads the packet of a ToRadio.
func walkPacket(wire []byte) (Packet, bool) {
	var p Packet
	ok := false
	walk(wire[4:], func(f field) {
		if f.number == toPacket {
			m, good := packet(f.data)
			p, ok = m.(Packet), good
		}
	})
	return p, ok
}
