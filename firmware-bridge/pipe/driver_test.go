package pipe

import (
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

func config() Config {
	return Config{Air: Air{BitsPerSecond: 9600, Packet: 240, PerPacket: 40 * time.Millisecond}, Slot: 50 * time.Millisecond, Serial: 9600}
}

// 100 bytes of data are 107 on the wire: 111.5 ms on the line, 89.2 on the air.
func TestSentIsReckoned(t *testing.T) {
	d := New(config())
	d.Step(0, bridge.Opened{})
	if w, ok := bridgetest.Found[bridge.Write](d.Step(0, bridge.Transmit{Data: make([]byte, 100)})); !ok || len(w.Data) != 107 {
		t.Fatalf("wrote %x", w.Data)
	}
	w, _ := bridgetest.Found[bridge.Wake](d.Step(0, bridge.Written{}))
	if took := time.Duration(w.At).Truncate(100 * time.Microsecond); took != 240600*time.Microsecond {
		t.Errorf("sent after %v, want 240.6ms", took)
	}
	if _, ok := bridgetest.Found[bridge.Sent](d.Step(w.At, bridge.Tick{})); !ok {
		t.Error("not sent then")
	}
}

// A frame of many packets pays for each of them.
func TestPackets(t *testing.T) {
	a := Air{BitsPerSecond: 9600, Packet: 58, PerPacket: 40 * time.Millisecond}
	for n, packets := range map[int]int{1: 1, 51: 1, 52: 2, 109: 2, 110: 3} {
		if got := a.Packets(n); got != packets {
			t.Errorf("%d bytes take %d packets, want %d", n, got, packets)
		}
	}
	for packet, mtu := range map[int]int{16: 50, 32: 50, 58: 51, 240: 233, 300: 292, 4096: MaxData} {
		if got := (Air{Packet: packet}).MTU(); got != mtu {
			t.Errorf("packets of %d bytes: an MTU of %d, want %d", packet, got, mtu)
		}
	}
}

// What a profile says is never less than what goes on the air.
func TestProfileIsNotLessThanTheTruth(t *testing.T) {
	for _, packet := range []int{0, 16, 32, 58, 240, 300, 512} {
		a := Air{BitsPerSecond: 9600, Packet: packet, PerPacket: 40 * time.Millisecond}
		p := a.Profile("", MaxData)
		for n := 1; n <= MaxData; n++ {
			if got, least := p.Airtime(n), a.OnAir(n); got < least {
				t.Fatalf("packets of %d, frame of %d: the profile says %v, on the air it is %v", packet, n, got, least)
			}
		}
	}
}

// While a frame comes in ours waits, and not for ever.
func TestWaitsForAnothers(t *testing.T) {
	d := New(config())
	d.Step(0, bridge.Opened{})
	other := AppendFrame(nil, []byte("another's frame"))
	now := clock.Instant(time.Second)
	d.Step(now, bridge.Bytes{Data: other[:8]})
	out := d.Step(now, bridge.Transmit{Data: []byte("our own frame")})
	if _, wrote := bridgetest.Found[bridge.Write](out); wrote {
		t.Fatal("did not wait")
	}
	out = d.Step(now+1, bridge.Bytes{Data: other[8:]})
	if h, ok := bridgetest.Found[bridge.Heard](out); !ok || string(h.Data) != "another's frame" {
		t.Errorf("heard %+v", out)
	}
	w, ok := bridgetest.Found[bridge.Wake](out)
	if wait := w.At.Sub(now); !ok || wait > 8*50*time.Millisecond {
		t.Errorf("waits for %v after it", wait)
	}
	if _, wrote := bridgetest.Found[bridge.Write](d.Step(w.At, bridge.Tick{})); !wrote {
		t.Error("does not write then")
	}
}

func TestNoiseDoesNotStopIt(t *testing.T) {
	d := New(config())
	d.Step(0, bridge.Opened{})
	now := clock.Instant(time.Second)
	d.Step(now, bridge.Bytes{Data: []byte("noise")})
	w, _ := bridgetest.Found[bridge.Wake](d.Step(now, bridge.Transmit{Data: []byte("our own frame")}))
	start := now
	for range 1000 {
		d.Step(now, bridge.Bytes{Data: []byte("noise")})
		now = max(now.Add(10*time.Millisecond), w.At)
		out := d.Step(now, bridge.Tick{})
		if _, wrote := bridgetest.Found[bridge.Write](out); wrote {
			if took := now.Sub(start); took > longWait+time.Second {
				t.Errorf("waited for %v", took)
			}
			return
		}
		w, _ = bridgetest.Found[bridge.Wake](out)
	}
	t.Error("noise keeps it waiting")
}

// The byte behind a packet says how well it was heard.
func TestSignalBehindThePacket(t *testing.T) {
	c := config()
	c.RSSI = true
	d := New(c)
	frame := AppendFrame(nil, []byte("frame"))
	d.Step(0, bridge.Opened{})
	for name, more := range map[string][]byte{"at once": append(frame[:len(frame):len(frame)], 0xB0), "later": frame} {
		out := d.Step(1, bridge.Bytes{Data: more})
		if name == "later" {
			if _, early := bridgetest.Found[bridge.Heard](out); early {
				t.Error("did not wait")
			}
			out = d.Step(2, bridge.Bytes{Data: []byte{0xB0}})
		}
		if h, ok := bridgetest.Found[bridge.Heard](out); !ok || h.Signal == nil || h.Signal.RSSI != -80 {
			t.Errorf("%s: heard %+v", name, out)
		}
	}
	// It does not come: the next frame is not taken for it.
	out := d.Step(3, bridge.Bytes{Data: append(frame[:len(frame):len(frame)], frame...)})
	if h, ok := bridgetest.Found[bridge.Heard](out); !ok || h.Signal != nil {
		t.Errorf("heard %+v", out)
	}
	w, _ := bridgetest.Found[bridge.Wake](out)
	if h, ok := bridgetest.Found[bridge.Heard](d.Step(w.At, bridge.Tick{})); !ok || h.Signal != nil || string(h.Data) != "frame" {
		t.Errorf("heard %+v", h)
	}
}

// Frames that are heard without an end do not keep ours waiting without one.
func TestOthersDoNotStopIt(t *testing.T) {
	d := New(config())
	d.Step(0, bridge.Opened{})
	other := AppendFrame(nil, []byte("another's frame"))
	start := clock.Instant(time.Second)
	d.Step(start, bridge.Bytes{Data: other[:8]})
	w, _ := bridgetest.Found[bridge.Wake](d.Step(start, bridge.Transmit{Data: []byte("our own frame!")}))
	for now := start; now.Sub(start) < time.Minute; now = now.Add(10 * time.Millisecond) {
		out := d.Step(now, bridge.Bytes{Data: append(other[8:len(other):len(other)], other[:8]...)})
		if next, ok := bridgetest.Found[bridge.Wake](out); ok {
			w = next
		}
		if w.At > now {
			continue
		}
		out = d.Step(now, bridge.Tick{})
		if _, wrote := bridgetest.Found[bridge.Write](out); wrote {
			if took := now.Sub(start); took < longWait || took > longWait+time.Second {
				t.Errorf("waited for %v, want about %v", took, longWait)
			}
			return
		}
		w, _ = bridgetest.Found[bridge.Wake](out)
	}
	t.Error("others keep it waiting")
}
