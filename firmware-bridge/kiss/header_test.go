package kiss

import (
	"bytes"
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/ax25"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/kissemu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

func TestConformanceWithCallSign(t *testing.T) {
	air := medium.VHF(9600)
	air.Queue = 16
	bridgetest.Conform(t, bridgetest.Emulated{
		Family: Family(),
		URL:    "kiss:///dev/ttyTNC?rate=9600&txdelay=30ms&slot=10ms&tail=0s&mtu=400&ax25=N0CALL-1",
		Device: func() emulator.Device { return &kissemu.TNC{} },
		Medium: air,
		Baud:   9600,
		Start:  time.Second,
		Limit:  10 * time.Second,
	})
}

// The header costs 16 bytes of each frame, and their time.
func TestCallSignInProfile(t *testing.T) {
	profile := func(query string) radio.Profile {
		u, err := bridge.ParseURL("kiss:///dev/a?"+query, Scheme, Params())
		if err != nil {
			t.Fatal(err)
		}
		_, p, err := newDriver(u)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	without, with := profile("rate=1200"), profile("rate=1200&ax25=N0CALL-1")
	if with.MTU != without.MTU-16 || (with.Airtime(82)-without.Airtime(98)).Abs() > time.Microsecond {
		t.Errorf("%+v became %+v", without, with)
	}
	for query, want := range map[string]string{
		"mtu=65&ax25=N0CALL": "mtu=65 leaves 49 bytes beside an AX.25 header of 16, want 50",
		"ax25=":              "want own call sign, such as N0CALL-1",
		"ax25=N0CALL-16":     "want own call sign",
		"ax25=n0call":        "want own call sign",
	} {
		if err := Family().Check("kiss:///dev/a?" + query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", query, err, want)
		}
	}
}

// What others send as AX.25 is not ours, and neither is what is no AX.25 at all.
func TestForeignFramesAreCountedAndDropped(t *testing.T) {
	m := newModem(t)
	r := openTCP(t, m, "ax25=N0CALL-1&"+fast)
	bridgetest.Next[radio.Up](t, r)
	data := bytes.Repeat([]byte("packet"), 7)
	good := ax25.Append(nil, ax25.Call{Sign: "N0CALL", Number: 2}, data)
	say := func(frame []byte) { m.say(wire.AppendFrame(nil, wire.Frame{Data: frame})) }
	say(append([]byte("\xa8\x8a\xa6\xa8\x40\x40\xe0\x9c\x60\x86\x82\x98\x98\xe1\x03\xf0"), data...))
	say(data)
	say(good[:20])
	say(good)
	if h := bridgetest.Next[radio.Heard](t, r); !bytes.Equal(h.Data, data) {
		t.Errorf("heard %x, want %x", h.Data, data)
	}
	say(good) // counters are written after each read; this frame proves that the one before is over
	bridgetest.Next[radio.Heard](t, r)
	l := r.Link.(*bridge.Link)
	checkCounter(t, l, "kiss dropped: foreign AX.25", 1)
	checkCounter(t, l, "kiss dropped: malformed AX.25", 1)
	checkCounter(t, l, "kiss dropped: short", 1)
}
