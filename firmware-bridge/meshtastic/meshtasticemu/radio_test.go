package meshtasticemu

import (
	"bytes"
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// What the emulator writes is what the project's own protobufs write.
func TestRecordedFramesFromRadio(t *testing.T) {
	data := bridgetest.Unhex(t, "08800212040102feff4800")
	p := packet{to: everybody, from: 0xa1b2c3d4, id: 0x55667788, hopLimit: 2, hopStart: 3, relay: 212, data: data}
	for want, m := range map[string]message{
		"94c3000c5a0a100f181020c4e6888901": message(nil).bytes(11, message(nil).some(1, 0).some(2, 15).varint(3, 16).some(4, 0x11223344)),
		"94c3003f0807123b0dd4c3b2a115ffffffff1801220b08800212040102feff480035887766553d803bb16a450000c840480260a5ffffffffffffffff0178039801d401": message(nil).varint(1, 7).bytes(2, received(p, 1, -91, 6.25, 0x6ab13b80)),
		"94c300220808121e0dd4c3b2a115fecaad0b220b080512021800354533221135897766554803":                                                           message(nil).varint(1, 8).bytes(2, routing(0xa1b2c3d4, 0x0badcafe, 0x55667789, 0x11223345, 0, 0).varint(9, 3)),
		"94c3000338d209": message(nil).varint(7, 1234),
	} {
		if got := hex.EncodeToString(framed(m)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// bench is one radio without a host or a channel.
type bench struct {
	Radio
	now clock.Instant
}

func (b *bench) do(in emulator.Input) (toHost, toAir []byte) {
	for _, o := range b.Step(b.now, in) {
		switch o := o.(type) {
		case emulator.ToHost:
			toHost = append(toHost, o.Data...)
		case emulator.ToAir:
			toAir = append(toAir, o.Data...)
		}
	}
	return toHost, toAir
}

func started(t *testing.T, r Radio) *bench {
	t.Helper()
	b := &bench{Radio: r}
	b.Number = 0x0badcafe
	b.do(emulator.PowerOn{})
	b.now = b.now.Add(boot)
	b.do(emulator.Alarm{})
	if said, _ := b.do(emulator.FromHost{Data: append(bytes.Repeat([]byte{0xC3}, 32), bridgetest.Unhex(t, "94c3000318d209")...)}); !bytes.HasSuffix(said, bridgetest.Unhex(t, "94c3000338d209")) {
		t.Fatalf("asked for its configuration it says %x", said)
	}
	return b
}

// What hosts write is read as it is meant.
func TestRecordedFramesToRadio(t *testing.T) {
	b := started(t, Radio{})
	if said, _ := b.do(emulator.FromHost{Data: bridgetest.Unhex(t, "94c300023a00")}); !bytes.Equal(said, bridgetest.Unhex(t, "94c300065a0410101810")) {
		t.Errorf("a heartbeat is answered by %x", said)
	}
	broadcast := bridgetest.Unhex(t, "94c3001b0a1915ffffffff1801220908800212040102feff35443322114803")
	said, air := b.do(emulator.FromHost{Data: broadcast})
	if !bytes.Equal(said, bridgetest.Unhex(t, "94c3000c5a0a100f181020c4e6888901")) {
		t.Errorf("a packet is answered by %x", said)
	}
	if want := bridgetest.Unhex(t, "fffffffffecaad0b44332211632700fe08800212040102feff4800"); !bytes.Equal(air, want) {
		t.Errorf("on the air it is %x, want %x", air, want)
	}
	if said, air = b.do(emulator.FromHost{Data: broadcast}); len(said) > 0 || len(air) > 0 {
		t.Errorf("the same again is answered by %x, %x", said, air)
	}
	direct := bridgetest.Unhex(t, "94c3001e0a1c15d4c3b2a1220908800212040102feff354533221148035001880101")
	if _, air = b.do(emulator.FromHost{Data: direct}); !bytes.HasPrefix(air, bridgetest.Unhex(t, "d4c3b2a1fecaad0b45332211")) {
		t.Errorf("to one: %x", air)
	}
	b.do(emulator.FromHost{Data: bridgetest.Unhex(t, "94c300022001")})
	p := packet{to: everybody, from: 5, id: 6, channel: hash(0), data: []byte{8, 1}}
	if said, _ = b.do(emulator.FromAir{Data: p.encode(), Signal: radio.Signal{RSSI: -70}}); len(said) > 0 {
		t.Errorf("a host that has gone is told %x", said)
	}
	if said, _ = b.do(emulator.FromHost{Data: bridgetest.Unhex(t, "94c3000318d209")}); !bytes.Contains(said, []byte{0x0d, 5, 0, 0, 0}) {
		t.Error("the packet was not kept for it")
	}
}

// A silent host is hung up on.
func TestSilentHost(t *testing.T) {
	b := started(t, Radio{})
	hears := func(id uint32) bool {
		p := packet{to: everybody, from: 5, id: id, channel: hash(0), data: []byte{8, 1}}
		said, _ := b.do(emulator.FromAir{Data: p.encode()})
		return len(said) > 0
	}
	b.now = b.now.Add(hangUp - time.Second)
	if !hears(1) {
		t.Error("hung up too soon")
	}
	b.now = b.now.Add(time.Second)
	if hears(2) {
		t.Error("not hung up")
	}
}

// What was sent with hops left is repeated once, and whoever sent it learns that.
func TestRepetition(t *testing.T) {
	b, other := started(t, Radio{}), started(t, Radio{})
	other.Number = 7
	_, air := b.do(emulator.FromHost{Data: bridgetest.Unhex(t, "94c3001b0a1915ffffffff220908800212040102feff354433221148035001")})
	other.do(emulator.FromAir{Data: slices.Clone(air)})
	other.now = other.now.Add(time.Second)
	_, again := other.do(emulator.Alarm{})
	if len(again) != len(air) || again[12] != 3<<5|2 {
		t.Fatalf("%x was repeated as %x", air, again)
	}
	said, _ := b.do(emulator.FromAir{Data: again})
	if !bytes.Contains(said, bridgetest.Unhex(t, "0805120218003544332211")) {
		t.Errorf("its host is told %x", said)
	}
}
