package kiss

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

const (
	limit = 20 * time.Second
	// fast makes the link's reckoning short, for tests of other things.
	fast = "rate=1000000&txdelay=0s&tail=0s&slot=0s"
)

func quick() bridge.Options {
	return bridge.Options{Backoff: bridge.Backoff{First: 10 * time.Millisecond, Max: 50 * time.Millisecond}}
}

func open(t *testing.T, url string) *bridge.Link {
	t.Helper()
	l, err := Open(url, quick())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func openTCP(t *testing.T, m *modem, params string) *bridgetest.Listener {
	t.Helper()
	return bridgetest.Listen(t, open(t, "kiss+tcp://"+m.address+"?"+params), limit)
}

func TestSuiteOverTCP(t *testing.T) {
	bridgetest.Run(t, func(t *testing.T) bridgetest.Pair {
		a, b := newModem(t), newModem(t)
		join(a, b)
		return bridgetest.Pair{
			A:   open(t, "kiss+tcp://"+a.address+"?mtu=1024&"+fast),
			B:   open(t, "kiss+tcp://"+b.address+"?mtu=1024&"+fast),
			Cut: a.cut, Plug: a.plug,
		}
	})
}

func TestOpenRefusesAWrongURL(t *testing.T) {
	for _, raw := range []string{"", "rnode:///dev/ttyACM0", "kiss:///dev/ttyUSB0?mtu=49", "kiss+tcp://h:1?baud=9600", "kiss+tcp://h:1?port=16"} {
		l, err := Open(raw, bridge.Options{})
		if !errors.Is(err, bridge.ErrURL) {
			t.Errorf("open %q: %v, want %v", raw, err, bridge.ErrURL)
		}
		if err == nil {
			_ = l.Close()
		}
	}
}

func TestOpeningSetsWhatTheURLGives(t *testing.T) {
	m := newModem(t)
	r := openTCP(t, m, "port=3&txdelay=250ms&persist=80&slot=50ms&tail=30ms&rate=9600")
	up := bridgetest.Next[radio.Up](t, r)
	want := radio.Profile{Name: "kiss+tcp://" + m.address + "?port=3&txdelay=250ms&persist=80&slot=50ms&tail=30ms&rate=9600",
		MTU: 255, BitsPerSecond: 9600, Overhead: 280 * time.Millisecond, Listens: true,
		Air: radio.Air{HDLC: airtime.HDLC{BitsPerSecond: 9600, KeyUp: 250 * time.Millisecond, Tail: 30 * time.Millisecond}}}
	if up.Profile != want {
		t.Errorf("profile %+v, want %+v", up.Profile, want)
	}
	await.Until(t, limit, "four settings", func() bool { return len(m.frames()) == 4 })
	for i, c := range []struct {
		command wire.Command
		value   byte
	}{{wire.TXDelay, 25}, {wire.Persist, 80}, {wire.SlotTime, 5}, {wire.TXTail, 3}} {
		if f := m.frames()[i]; f.Port != 3 || f.Command != c.command || !bytes.Equal(f.Data, []byte{c.value}) {
			t.Errorf("setting %d is %+v, want %+v on port 3", i, f, c)
		}
	}
}

func TestModemThatIsNotThereIsReportedOnce(t *testing.T) {
	m := newModem(t)
	m.cut()
	r := openTCP(t, m, fast)
	down := bridgetest.Next[radio.Down](t, r)
	if !strings.Contains(down.Err.Error(), m.address) {
		t.Errorf("reason %q does not name %s", down.Err, m.address)
	}
	if err := r.Link.Send(radio.Frame{Data: make([]byte, 20)}); !errors.Is(err, radio.ErrDown) {
		t.Errorf("send: %v, want %v", err, radio.ErrDown)
	}
	m.plug()
	bridgetest.Next[radio.Up](t, r) // no second Down before, though it was tried again and again
}

func TestShortFrames(t *testing.T) {
	m := newModem(t)
	r := openTCP(t, m, fast)
	bridgetest.Next[radio.Up](t, r)
	if err := r.Link.Send(radio.Frame{Data: make([]byte, MinFrame-1)}); !errors.Is(err, bridge.ErrTooShort) {
		t.Errorf("send of %d bytes: %v, want %v", MinFrame-1, err, bridge.ErrTooShort)
	}
	r.Send(t, make([]byte, MinFrame))
	bridgetest.Next[radio.Sent](t, r)
	m.say(wire.AppendFrame(nil, wire.Frame{Data: make([]byte, MinFrame-1)}))
	m.say(wire.AppendFrame(nil, wire.Frame{Data: make([]byte, MinFrame)}))
	if h := bridgetest.Next[radio.Heard](t, r); len(h.Data) != MinFrame || h.Signal != nil || h.From != 0 {
		t.Errorf("heard %+v, want %d bytes and nothing else", h, MinFrame)
	}
	checkCounter(t, r.Link.(*bridge.Link), "kiss dropped: short", 1)
}

func TestOutstandingFrameIsReportedWhenTheModemGoes(t *testing.T) {
	m := newModem(t)
	r := openTCP(t, m, "rate=50") // so slow that the frame is surely outstanding
	bridgetest.Next[radio.Up](t, r)
	for range 3 {
		r.Send(t, bridgetest.Random(1, 255))
		m.say(nil) // waits until the modem has accepted the link
		m.cut()
		if sent := bridgetest.Next[radio.Sent](t, r); !errors.Is(sent.Err, radio.ErrDown) {
			t.Errorf("sent: %v, want %v", sent.Err, radio.ErrDown)
		}
		bridgetest.Next[radio.Down](t, r)
		m.plug()
		bridgetest.Next[radio.Up](t, r)
	}
}

func checkCounter(t *testing.T, l *bridge.Link, name string, want uint64) {
	t.Helper()
	for _, c := range l.Counters() {
		if c.Name == name {
			if c.Count != want {
				t.Errorf("%s is %d, want %d", name, c.Count, want)
			}
			return
		}
	}
	t.Errorf("no counter %q", name)
}

func TestGarbageIsCountedAndHarmless(t *testing.T) {
	m := newModem(t)
	r := openTCP(t, m, "port=2&"+fast)
	bridgetest.Next[radio.Up](t, r)
	good := wire.Frame{Port: 2, Data: bytes.Repeat([]byte("packet"), 7)}
	m.say([]byte("cmd: boot v1.0\r\n")) // 16 bytes before the first C0
	m.say(wire.AppendFrame(nil, wire.Frame{Port: 2, Command: 6, Data: good.Data}))
	m.say(wire.AppendFrame(nil, wire.Frame{Port: 1, Data: good.Data}))
	m.say([]byte("\xc0\x20abc\xdbx\xc0"))
	m.say(wire.AppendFrame(nil, wire.Frame{Port: 2, Data: make([]byte, wire.MaxData+1)}))
	m.say(wire.AppendFrame(nil, good)[:20]) // half a frame, then a whole one
	m.say(wire.AppendFrame(nil, good))
	if h := bridgetest.Next[radio.Heard](t, r); !bytes.Equal(h.Data, good.Data[:18]) {
		t.Errorf("heard %x, want the half frame that a C0 ended", h.Data)
	}
	if h := bridgetest.Next[radio.Heard](t, r); !bytes.Equal(h.Data, good.Data) {
		t.Errorf("heard %x, want %x", h.Data, good.Data)
	}
	l := r.Link.(*bridge.Link)
	m.say(wire.AppendFrame(nil, good)) // counters are written after each read; this frame proves that the one before is over
	bridgetest.Next[radio.Heard](t, r)
	for name, want := range map[string]uint64{
		"kiss dropped: bad escape":                   1,
		"kiss dropped: oversize":                     1,
		"kiss dropped: bytes before the first frame": 16,
		"kiss dropped: not data":                     1,
		"kiss dropped: other port":                   1,
	} {
		checkCounter(t, l, name, want)
	}
}

func TestBoundedUnderGarbage(t *testing.T) {
	const seed, total, chunk = 3, 20 << 20, 1 << 16
	m := newModem(t)
	r := openTCP(t, m, fast)
	bridgetest.Next[radio.Up](t, r)
	rng := rand.New(rand.NewPCG(seed, 0))
	b := make([]byte, chunk)
	for range total / chunk {
		for i := 0; i < chunk; i += 8 {
			v := rng.Uint64()
			for j := range 8 {
				b[i+j] = byte(v >> (8 * j))
			}
		}
		m.say(b)
	}
	good := bridgetest.Random(9, 200)
	m.say(append([]byte{wire.FEND}, wire.AppendFrame(nil, wire.Frame{Data: good})...))
	heard := 0
	for h := (radio.Heard{}); !bytes.Equal(h.Data, good); heard++ { // random bytes hold frames on port 0
		h = bridgetest.Next[radio.Heard](t, r)
		if len(h.Data) > wire.MaxData {
			t.Fatalf("seed %d: heard %d bytes", seed, len(h.Data))
		}
	}
	t.Logf("20 MB of garbage held %d frames", heard)
}
