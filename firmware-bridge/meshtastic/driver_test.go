package meshtastic

import (
	"errors"
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"google.golang.org/protobuf/encoding/protowire"
)

// fromRadioPacket is a packet as a radio hands it to its host, framed.
func fromRadioPacket(p Packet) []byte {
	data := appendVarint(nil, dataPort, uint64(p.Port))
	data = appendBytes(data, dataPayload, p.Data)
	data = appendFixed(data, dataRequest, p.Request)
	m := appendFixed(nil, packetFrom, p.From)
	m = appendVarint(m, packetChannel, uint64(p.Channel))
	if p.Encrypted {
		m = appendBytes(m, packetEncrypted, p.Data)
	} else {
		m = appendBytes(m, packetDecoded, data)
	}
	m = appendVarint(m, packetMQTT, protowire.EncodeBool(p.Internet))
	return AppendFrame(nil, appendBytes(nil, fromPacket, m))
}

func queueStatus(q Queue) []byte {
	m := appendVarint(nil, 1, uint64(q.Result))
	m = appendVarint(m, 2, uint64(q.Free))
	m = appendVarint(m, 3, uint64(q.Most))
	m = appendVarint(m, 4, uint64(q.Packet))
	return AppendFrame(nil, appendBytes(nil, fromQueue, m))
}

func counted(t *testing.T, d *driver, name string) uint64 {
	t.Helper()
	for _, c := range d.Counters() {
		if c.Name == "meshtastic "+name {
			return c.Count
		}
	}
	t.Fatalf("no counter %q", name)
	return 0
}

const (
	ourNumber   = 0x0badcafe
	theirNumber = 0xa1b2c3d4
	second      = clock.Instant(time.Second)
)

// What is not for us is passed over and counted; what is ours is not heard as from
// another.
func TestPacketsThatAreNotHeard(t *testing.T) {
	for name, p := range map[string]Packet{
		"dropped: other port":        {From: theirNumber, Port: 1, Data: []byte("hello")},
		"dropped: other channel":     {From: theirNumber, Port: PortPrivate, Channel: 1, Data: fourBytes},
		"dropped: no key":            {From: theirNumber, Encrypted: true, Data: fourBytes},
		"dropped: own packet":        {From: ourNumber, Port: PortPrivate, Data: fourBytes},
		"dropped: over the internet": {From: theirNumber, Port: PortPrivate, Data: fourBytes, Internet: true},
		"dropped: empty packet":      {From: theirNumber, Port: PortPrivate},
	} {
		d := configured(t, "mtu=231")
		if out := d.Step(3, bridge.Bytes{Data: fromRadioPacket(p)}); len(out) > 0 || counted(t, d, name) != 1 {
			t.Errorf("%s: %+v, counted %d", name, out, counted(t, d, name))
		}
		p = Packet{From: theirNumber, Port: PortPrivate, Data: fourBytes}
		if _, ok := bridgetest.Found[bridge.Heard](d.Step(4, bridge.Bytes{Data: fromRadioPacket(p)})); !ok {
			t.Error("what is for us is not heard")
		}
	}
}

// A refusal is the frame's error, whichever way it comes, and told once.
func TestRefusals(t *testing.T) {
	const id = 0x11223344
	nak := fromRadioPacket(Packet{From: ourNumber, Port: PortRouting, Data: []byte{0x18, routingDuty}, Request: id})
	status := queueStatus(Queue{Result: routingDuty, Free: 16, Most: 16, Packet: id})
	for name, said := range map[string][]byte{"status first": append(append([]byte{}, status...), nak...), "routing first": append(append([]byte{}, nak...), status...)} {
		d := configured(t, "mtu=231")
		d.Step(3, bridge.Transmit{Data: fourBytes})
		out := d.Step(4, bridge.Bytes{Data: said})
		sent := 0
		for _, o := range out {
			if s, ok := o.(bridge.Sent); ok {
				if sent++; s.Err == nil || !strings.Contains(s.Err.Error(), "duty cycle") {
					t.Errorf("%s: %v", name, s.Err)
				}
			}
		}
		if sent != 1 || counted(t, d, "frames refused: duty cycle") != 1 || counted(t, d, "frames refused") != 1 {
			t.Errorf("%s: sent %d times, %+v", name, sent, d.counts)
		}
	}
	for code, want := range map[int]string{32: "queue is full", 34: "switched off", 7: "too long", 77: "error 77"} {
		d := configured(t, "mtu=231")
		d.Step(3, bridge.Transmit{Data: fourBytes})
		if s, ok := bridgetest.Found[bridge.Sent](d.Step(4, bridge.Bytes{Data: queueStatus(Queue{Result: code, Packet: id})})); !ok || !strings.Contains(s.Err.Error(), want) {
			t.Errorf("result %d: %v", code, s.Err)
		}
	}
}

// An acknowledgement from the radio itself says that another repeated the packet, one
// from elsewhere that it was received.
func TestAcknowledgements(t *testing.T) {
	d := configured(t, "hops=1&ack=yes")
	if got := wrote(d.Step(3, bridge.Transmit{Data: fourBytes})); !strings.Contains(string(got), "\x48\x01\x50\x01") {
		t.Errorf("transmits without hop limit and want_ack: %x", got)
	}
	const id = 0x11223344
	for _, p := range []Packet{
		{From: ourNumber, Data: []byte{0x18, 0}, Request: id},
		{From: theirNumber, Data: []byte{0x18, 0}, Request: id},
		{From: theirNumber, Data: nil, Request: id},
		{From: ourNumber, Data: []byte{0x18, routingNoAck}, Request: id},
		{From: theirNumber, Data: []byte{0x18, 0}, Request: id + 1}, // not ours
	} {
		p.Port = PortRouting
		d.Step(4, bridge.Bytes{Data: fromRadioPacket(p)})
	}
	for name, want := range map[string]uint64{"repeated by others": 1, "acknowledged by others": 2, "repeated by nobody": 1, "dropped: other port": 1} {
		if got := counted(t, d, name); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

// A frame counts as sent once the queue is empty: at once when it was in time, and
// otherwise after the time that it takes.
func TestWhenAFrameIsSent(t *testing.T) {
	const id = 0x11223344
	d := configured(t, "mtu=231")
	d.Step(second, bridge.Transmit{Data: fourBytes})
	d.Step(second, bridge.Bytes{Data: queueStatus(Queue{Free: 15, Most: 16, Packet: id})})
	due := second.Add(draws(d.lora) + d.profile.Airtime(4))
	if got := wrote(d.Step(due, bridge.Tick{})); string(got) != string(bridgetest.Unhex(t, aHeartbeat)) {
		t.Fatalf("asks with %x", got)
	}
	if s, ok := bridgetest.Found[bridge.Sent](d.Step(due, bridge.Bytes{Data: queueStatus(Queue{Free: 16, Most: 16})})); !ok || s.Err != nil {
		t.Fatalf("empty in time: %v %v", ok, s.Err)
	}
	now := due.Add(time.Second)
	d.Step(now, bridge.Transmit{Data: fourBytes})
	d.Step(now, bridge.Bytes{Data: queueStatus(Queue{Free: 15, Most: 16, Packet: id + 1})})
	now = now.Add(time.Minute)
	d.Step(now, bridge.Tick{})
	if w, ok := bridgetest.Found[bridge.Wake](d.Step(now, bridge.Bytes{Data: queueStatus(Queue{Free: 15, Most: 16})})); !ok || w.At != now.Add(again) {
		t.Fatalf("not empty: %+v", w)
	}
	d.Step(now, bridge.Tick{})
	w, _ := bridgetest.Found[bridge.Wake](d.Step(now, bridge.Bytes{Data: queueStatus(Queue{Free: 16, Most: 16})}))
	if w.At != now.Add(d.profile.Airtime(4)) {
		t.Errorf("empty at last: wakes at %v", w.At)
	}
	if s, ok := bridgetest.Found[bridge.Sent](d.Step(w.At, bridge.Tick{})); !ok || s.Err != nil {
		t.Errorf("and then: %v %v", ok, s.Err)
	}
}

func TestAnswersThatGetLost(t *testing.T) {
	d := configured(t, "mtu=231")
	d.Step(second, bridge.Transmit{Data: fourBytes})
	// Another packet is the radio's own.
	if a, ok := bridgetest.Found[bridge.Aired](d.Step(2*second, bridge.Bytes{Data: queueStatus(Queue{Free: 14, Most: 16, Packet: 999})})); !ok || a.For != d.profile.Airtime(ownPacket) {
		t.Errorf("the radio's own packet: %v", a.For)
	}
	if got := wrote(d.Step(4*second, bridge.Tick{})); string(got) != string(bridgetest.Unhex(t, aHeartbeat)) {
		t.Errorf("without an answer it writes %x", got)
	}
	if s, ok := bridgetest.Found[bridge.Sent](d.Step(5*second, bridge.Bytes{Data: queueStatus(Queue{Free: 16, Most: 16})})); !ok || !errors.Is(s.Err, errUnsure) {
		t.Errorf("then: %v %v", ok, s.Err)
	}
	d.Step(6*second, bridge.Transmit{Data: fourBytes})
	for range asks {
		if f, ok := bridgetest.Found[bridge.Fail](d.Step(7*second, bridge.Tick{})); ok {
			t.Fatalf("too soon: %v", f.Err)
		}
	}
	if f, ok := bridgetest.Found[bridge.Fail](d.Step(8*second, bridge.Tick{})); !ok || !errors.Is(f.Err, errSilent) {
		t.Errorf("no answer at all: %v %v", ok, f.Err)
	}
}

// Without room nothing is handed over.
func TestNoRoom(t *testing.T) {
	d := configured(t, "mtu=231")
	d.Step(second, bridge.Bytes{Data: queueStatus(Queue{Most: 16})})
	if got := wrote(d.Step(second, bridge.Transmit{Data: fourBytes})); string(got) != string(bridgetest.Unhex(t, aHeartbeat)) {
		t.Errorf("without room it writes %x", got)
	}
	d.Step(second, bridge.Bytes{Data: queueStatus(Queue{Most: 16})})
	d.Step(2*second, bridge.Tick{})
	if got := wrote(d.Step(2*second, bridge.Bytes{Data: queueStatus(Queue{Free: 1, Most: 16})})); len(got) < 20 {
		t.Errorf("with room it writes %x", got)
	}
}

func TestRadiosThatStartAnew(t *testing.T) {
	for name, c := range map[string]struct {
		said []byte
		want error
	}{
		"it says so":     {AppendFrame(nil, []byte{0x40, 1}), errRestart},
		"it writes text": {[]byte(strings.Repeat("rst:0x1 (POWERON), boot:0x8\r\n", 4)), errChatter},
	} {
		d := configured(t, "mtu=231")
		if f, ok := bridgetest.Found[bridge.Fail](d.Step(second, bridge.Bytes{Data: c.said})); !ok || !errors.Is(f.Err, c.want) {
			t.Errorf("%s: %v, %v", name, ok, f.Err)
		}
	}
}

// Packet ids are never 0 and never come again.
func TestPacketIDs(t *testing.T) {
	d := &driver{firstID: 0xFFFF_FFFE, nextID: 0xFFFF_FFFE}
	seen := map[uint32]bool{}
	for range 1000 {
		id := d.newID()
		if id == 0 || seen[id] || !d.issued(id) || d.issued(id+1) && id != 0xFFFF_FFFF {
			t.Fatalf("id %x", id)
		}
		seen[id] = true
	}
	if d.issued(0) || d.issued(0xFFFF_FFFD) {
		t.Error("ids that are not ours count as ours")
	}
}

// A radio that starts anew for ever is given up, however often it says so.
func TestRadioThatOnlyStarts(t *testing.T) {
	u, err := bridge.ParseURL("meshtastic:///dev/a", Scheme, Params())
	if err != nil {
		t.Fatal(err)
	}
	d, err := newDriver(u, 1)
	if err != nil {
		t.Fatal(err)
	}
	rebooted := AppendFrame(nil, appendVarint(nil, fromRebooted, 1))
	wake := clock.Never
	step := func(now clock.Instant, in bridge.Input) error {
		out := d.Step(now, in)
		for _, o := range out {
			if w, ok := o.(bridge.Wake); ok {
				wake = w.At
			}
		}
		f, _ := bridgetest.Found[bridge.Fail](out)
		return f.Err
	}
	step(0, bridge.Opened{})
	for now := clock.Instant(0); now < clock.Instant(2*longest); now = now.Add(50 * time.Millisecond) {
		step(now, bridge.Bytes{Data: rebooted})
		if wake > now {
			continue
		}
		wake = clock.Never
		if err := step(now, bridge.Tick{}); err != nil {
			if !errors.Is(err, errEndless) {
				t.Error(err)
			}
			return
		}
	}
	t.Error("it is not given up")
}
