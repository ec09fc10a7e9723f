package meshcore

import (
	"bytes"
	"errors"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Frames recorded at a modem, in both directions.
func TestRecordedFrames(t *testing.T) {
	for text, want := range map[string]wire.Frame{
		"c00617c0":                     Hardware(Ping),
		"c00697c0":                     Hardware(Pong),
		"c006095051d53324f400000805c0": Hardware(SetRadio, append(append(u32(869_618_000), u32(62_500)...), 8, 5)...),
		"c006f0c0":                     Hardware(Done),
		"c0060f33c0":                   Hardware(GetAirtime, 51),
		"c0068f92010000c0":             Hardware(Airtime, u32(402)...),
		"c000b8b9babbbcbdbebfdbdcc1c0": {Data: bridgetest.Unhex(t, "b8b9babbbcbdbebfc0c1")},
		"c006f801c0":                   Hardware(TxDone, 1),
		"c006f928b0c0":                 Hardware(RxMeta, 40, 0xB0),
		"c006f107c0":                   Hardware(Refused, busy),
		"c0067fc0":                     Hardware(0x7F),
		"c006f105c0":                   Hardware(Refused, unknownCode),
	} {
		if got := wire.AppendFrame(nil, want); !bytes.Equal(got, bridgetest.Unhex(t, text)) {
			t.Errorf("%s: written as %x", text, got)
		}
		var d wire.Decoder
		var got wire.Frame
		for _, b := range bridgetest.Unhex(t, text) {
			if f, ok := d.Push(b); ok {
				got = f
			}
		}
		if got.Command != want.Command || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("%s: read as %+v, want %+v", text, got, want)
		}
	}
}

// family has the driver for itself, with the parameters of KISS that it reads.
func family() bridge.Family {
	return bridge.Family{
		Scheme: "kiss",
		Params: append(Params(), bridge.Baud, bridge.Param{Name: "mtu"}, bridge.Param{Name: "persist"},
			bridge.Param{Name: "txdelay", Step: time.Millisecond}, bridge.Param{Name: "slot", Step: time.Millisecond}),
		New: New,
	}
}

const url = "kiss:///dev/a?freq=869.618M&bw=62.5k&sf=8"

const (
	isRadio = "c0068b5051d53324f400000805c0"
	isPower = "c0068c0ec0"
)

// up brings a driver through its set-up.
func up(t *testing.T) *bridgetest.Conversation {
	t.Helper()
	c := bridgetest.Converse(t, family(), url)
	c.Does(bridge.Opened{}, "\xc0\x06\x17\xc0")
	c.Hex("c00697c0", "c00611c0")
	c.Hex("c006910100c0", "c00616c0")
	c.Hex("c00696526f6f66c0", "c0061901c0")
	c.Hex("c0069a01c0", "c006095051d53324f400000805c0")
	c.Hex("c006f0c0", "c0060a0ec0")
	c.Hex("c006f0c0", "c0060bc0")
	c.Hex(isRadio, "c0060cc0")
	out := c.Hex(isPower, "c00101c0 c0023fc0 c00305c0")
	if r := bridgetest.Find[bridge.Ready](t, out); r.About != "MeshCore KISS modem, firmware 1, Roof" || r.Profile.MTU != 255 {
		t.Fatalf("ready as %+v", r)
	}
	return c
}

func TestConversation(t *testing.T) {
	c := up(t)
	c.Does(bridge.Transmit{Data: bridgetest.Unhex(t, "b8c0db")}, "\xc0\x06\x0b\xc0")
	c.Hex(isRadio, "c0060cc0")
	c.Hex(isPower, "c000b8dbdcdbddc0")
	c.Hex("c006f107c0", "") // busy with one that we know nothing of
	c.Hex("c006f801c0", "c000b8dbdcdbddc0")
	if s := bridgetest.Find[bridge.Sent](t, c.Hex("c006f801c0", "")); s.Err != nil {
		t.Error(s.Err)
	}
	c.Hex("c000aabbccc0", "")
	h := bridgetest.Find[bridge.Heard](t, c.Hex("c006f928b0c0", ""))
	if h.Signal == nil || *h.Signal != (radio.Signal{RSSI: -80, SNR: 10}) || !bytes.Equal(h.Data, bridgetest.Unhex(t, "aabbcc")) {
		t.Errorf("heard %+v", h)
	}
}

// A frame whose signal does not come is handed on nevertheless.
func TestHeardWithoutSignal(t *testing.T) {
	c := up(t)
	if w := bridgetest.Find[bridge.Wake](t, c.Hex("c000aabbccc0", "")); w.At != c.Now().Add(metaWait) {
		t.Errorf("wakes at %v, want %v later", w.At, metaWait)
	}
	if h := bridgetest.Find[bridge.Heard](t, c.Wait("")); h.Signal != nil {
		t.Errorf("heard %+v", h)
	}
	if h := bridgetest.Find[bridge.Heard](t, c.Hex("c000aac0 c000bbc0", "")); h.Signal != nil || h.Data[0] != 0xAA {
		t.Errorf("heard %+v", h)
	}
}

// A modem that has started anew is on another frequency: nothing is sent.
func TestModemThatStartedAnew(t *testing.T) {
	for _, answers := range [][]string{{"c0068b5051d53324f400000705c0"}, {isRadio, "c0068c16c0"}} {
		c := up(t)
		out := c.Step(bridge.Transmit{Data: make([]byte, 20)})
		for _, a := range answers {
			out = c.Step(bridge.Bytes{Data: bridgetest.Unhex(t, a)})
		}
		if f := bridgetest.Find[bridge.Fail](t, out); !errors.Is(f.Err, errRestart) {
			t.Errorf("%v: %v, want %v", answers, f.Err, errRestart)
		}
	}
}

// Frames are reported as not sent when the modem says so, or nothing.
func TestNotSent(t *testing.T) {
	fly := func() *bridgetest.Conversation {
		c := up(t)
		c.Step(bridge.Transmit{Data: make([]byte, 20)})
		c.Step(bridge.Bytes{Data: bridgetest.Unhex(t, isRadio)})
		c.Step(bridge.Bytes{Data: bridgetest.Unhex(t, isPower)})
		return c
	}
	if s := bridgetest.Find[bridge.Sent](t, fly().Hex("c006f800c0", "c0060bc0")); !errors.Is(s.Err, errFailed) {
		t.Errorf("%v, want %v", s.Err, errFailed)
	}
	if s := bridgetest.Find[bridge.Sent](t, fly().Wait("c0060bc0")); !errors.Is(s.Err, errUnsaid) {
		t.Errorf("%v, want %v", s.Err, errUnsaid)
	}
}

// FuzzDriver: whatever a modem says, a frame gets one answer and nothing is kept.
func FuzzDriver(f *testing.F) {
	f.Add([]byte("\xc0\x06\x97\xc0\xc0\x06\x91\x01\x00\xc0\xc0\x06\x96a\xc0\xc0\x06\x9a\x01\xc0\xc0\x06\xf0\xc0\xc0\x06\xf0\xc0"))
	f.Add([]byte("\xc0\x00hello\xc0\x06\xf9\x28\xb0\xc0\xc0\x06\xf1\x07\xc0\xc0\x06\xf8\x01\xc0"))
	f.Fuzz(func(t *testing.T, in []byte) {
		c := bridgetest.Converse(t, family(), url)
		c.Step(bridge.Opened{})
		ready, outstanding := false, false
		for i := range in {
			for _, o := range c.Step(bridge.Bytes{Data: in[i : i+1]}) {
				switch o := o.(type) {
				case bridge.Ready:
					ready = true
				case bridge.Sent:
					if !outstanding {
						t.Fatal("sent with nothing outstanding")
					}
					outstanding = false
				case bridge.Heard:
					if len(o.Data) == 0 || len(o.Data) > MaxData || !ready {
						t.Fatalf("heard %d bytes, ready %v", len(o.Data), ready)
					}
				case bridge.Fail:
					return
				}
			}
			if ready && !outstanding && i%7 == 0 {
				outstanding = true
				c.Step(bridge.Transmit{Data: make([]byte, 20)})
			}
		}
	})
}
