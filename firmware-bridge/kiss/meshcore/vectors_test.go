package meshcore

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Frames recorded at a modem, in both directions.
func TestRecordedFrames(t *testing.T) {
	for text, want := range map[string]wire.Frame{
		"c00617c0":                     Hardware(Ping),
		"c00697c0":                     Hardware(Pong),
		"c006095051d53324f400000805c0": Hardware(SetRadio, append(append(u32(869_618_000), u32(62_500)...), 8, 5)...),
		"c006f0c0":                     Hardware(Done),
		"c0060f33c0":                   Hardware(GetAirtime, 51),
		"c0068f92010000c0":             Hardware(Airtime, u32(402)...),
		"c000b8b9babbbcbdbebfdbdcc1c0": {Data: unhex(t, "b8b9babbbcbdbebfc0c1")},
		"c006f801c0":                   Hardware(TxDone, 1),
		"c006f928b0c0":                 Hardware(RxMeta, 40, 0xB0),
		"c006f107c0":                   Hardware(Refused, busy),
		"c0067fc0":                     Hardware(0x7F),
		"c006f105c0":                   Hardware(Refused, unknownCode),
	} {
		if got := wire.AppendFrame(nil, want); !bytes.Equal(got, unhex(t, text)) {
			t.Errorf("%s: written as %x", text, got)
		}
		var d wire.Decoder
		var got wire.Frame
		for _, b := range unhex(t, text) {
			if f, ok := d.Push(b); ok {
				got = f
			}
		}
		if got.Command != want.Command || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("%s: read as %+v, want %+v", text, got, want)
		}
	}
}

// talk is a driver with what it says.
type talk struct {
	t   *testing.T
	d   bridge.Driver
	now clock.Instant
	out []bridge.Output
}

func begin(t *testing.T, query string) *talk {
	t.Helper()
	u, err := bridge.ParseURL("kiss:///dev/a?"+query, "kiss", append(Params(), bridge.Baud,
		bridge.Param{Name: "mtu"}, bridge.Param{Name: "persist"},
		bridge.Param{Name: "txdelay", Step: time.Millisecond}, bridge.Param{Name: "slot", Step: time.Millisecond}))
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := New(u)
	if err != nil {
		t.Fatal(err)
	}
	k := &talk{t: t, d: d}
	k.step(bridge.Opened{})
	return k
}

func (k *talk) step(in bridge.Input) {
	k.now++
	k.out = append([]bridge.Output(nil), k.d.Step(k.now, in)...)
}

// says demands that the driver wrote this.
func (k *talk) says(want string) {
	k.t.Helper()
	var got []byte
	for _, o := range k.out {
		if w, ok := o.(bridge.Write); ok {
			got = append(got, w.Data...)
		}
	}
	if !bytes.Equal(got, unhex(k.t, want)) {
		k.t.Fatalf("says %x, want %s", got, want)
	}
}

// told hands the driver bytes and demands what it says to them.
func (k *talk) told(bytes, want string) {
	k.t.Helper()
	k.step(bridge.Bytes{Data: unhex(k.t, bytes)})
	k.says(want)
}

// find returns the output of a kind.
func find[T bridge.Output](k *talk) T {
	k.t.Helper()
	for _, o := range k.out {
		if o, ok := o.(T); ok {
			return o
		}
	}
	var none T
	k.t.Fatalf("no %T in %+v", none, k.out)
	return none
}

const (
	isRadio = "c0068b5051d53324f400000805c0"
	isPower = "c0068c0ec0"
)

// up brings a driver through its set-up.
func up(t *testing.T) *talk {
	t.Helper()
	k := begin(t, "freq=869.618M&bw=62.5k&sf=8")
	k.says("c00617c0")
	k.told("c00697c0", "c00611c0")
	k.told("c006910100c0", "c00616c0")
	k.told("c00696526f6f66c0", "c0061901c0")
	k.told("c0069a01c0", "c006095051d53324f400000805c0")
	k.told("c006f0c0", "c0060a0ec0")
	k.told("c006f0c0", "c0060bc0")
	k.told(isRadio, "c0060cc0")
	k.told(isPower, "c00101c0 c0023fc0 c00305c0")
	if r := find[bridge.Ready](k); r.About != "MeshCore KISS modem, firmware 1, Roof" || r.Profile.MTU != 255 {
		t.Fatalf("ready as %+v", r)
	}
	return k
}

func TestConversation(t *testing.T) {
	k := up(t)
	k.step(bridge.Transmit{Data: unhex(t, "b8c0db")})
	k.says("c0060bc0")
	k.told(isRadio, "c0060cc0")
	k.told(isPower, "c000b8dbdcdbddc0")
	k.told("c006f107c0", "") // busy with one that we know nothing of
	k.told("c006f801c0", "c000b8dbdcdbddc0")
	k.told("c006f801c0", "")
	if s := find[bridge.Sent](k); s.Err != nil {
		t.Error(s.Err)
	}
	k.told("c000aabbccc0", "")
	k.told("c006f928b0c0", "")
	if h := find[bridge.Heard](k); h.Signal == nil || *h.Signal != (radio.Signal{RSSI: -80, SNR: 10}) || !bytes.Equal(h.Data, unhex(t, "aabbcc")) {
		t.Errorf("heard %+v", h)
	}
}

// A frame whose signal does not come is handed on nevertheless.
func TestHeardWithoutSignal(t *testing.T) {
	k := up(t)
	k.told("c000aabbccc0", "")
	if w := find[bridge.Wake](k); w.At != k.now.Add(metaWait) {
		t.Errorf("wakes at %v, want %v later", w.At, metaWait)
	}
	k.now = k.now.Add(metaWait)
	k.step(bridge.Tick{})
	if h := find[bridge.Heard](k); h.Signal != nil {
		t.Errorf("heard %+v", h)
	}
	k.told("c000aac0 c000bbc0", "")
	if h := find[bridge.Heard](k); h.Signal != nil || h.Data[0] != 0xAA {
		t.Errorf("heard %+v", h)
	}
}

// A modem that has started anew is on another frequency: nothing is sent.
func TestModemThatStartedAnew(t *testing.T) {
	for _, answers := range [][]string{{"c0068b5051d53324f400000705c0"}, {isRadio, "c0068c16c0"}} {
		k := up(t)
		k.step(bridge.Transmit{Data: make([]byte, 20)})
		for _, a := range answers {
			k.step(bridge.Bytes{Data: unhex(t, a)})
		}
		if f := find[bridge.Fail](k); !errors.Is(f.Err, errRestart) {
			t.Errorf("%v: %v, want %v", answers, f.Err, errRestart)
		}
	}
}

// Frames are reported as not sent when the modem says so, or nothing.
func TestNotSent(t *testing.T) {
	fly := func() *talk {
		k := up(t)
		k.step(bridge.Transmit{Data: make([]byte, 20)})
		k.step(bridge.Bytes{Data: unhex(t, isRadio)})
		k.step(bridge.Bytes{Data: unhex(t, isPower)})
		return k
	}
	k := fly()
	k.told("c006f800c0", "c0060bc0")
	if s := find[bridge.Sent](k); !errors.Is(s.Err, errFailed) {
		t.Errorf("%v, want %v", s.Err, errFailed)
	}
	k = fly()
	k.now = find[bridge.Wake](k).At
	k.step(bridge.Tick{})
	k.says("c0060bc0")
	if s := find[bridge.Sent](k); !errors.Is(s.Err, errUnsaid) {
		t.Errorf("%v, want %v", s.Err, errUnsaid)
	}
}

// FuzzDriver: whatever a modem says, a frame gets one answer and nothing is kept.
func FuzzDriver(f *testing.F) {
	f.Add([]byte("\xc0\x06\x97\xc0\xc0\x06\x91\x01\x00\xc0\xc0\x06\x96a\xc0\xc0\x06\x9a\x01\xc0\xc0\x06\xf0\xc0\xc0\x06\xf0\xc0"))
	f.Add([]byte("\xc0\x00hello\xc0\x06\xf9\x28\xb0\xc0\xc0\x06\xf1\x07\xc0\xc0\x06\xf8\x01\xc0"))
	f.Fuzz(func(t *testing.T, in []byte) {
		k := begin(t, "freq=869.618M&bw=62.5k&sf=8")
		ready, outstanding := false, false
		for i := range in {
			k.step(bridge.Bytes{Data: in[i : i+1]})
			for _, o := range k.out {
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
				k.step(bridge.Transmit{Data: make([]byte, 20)})
			}
		}
	})
}
