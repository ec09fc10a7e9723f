package ebyte

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func replies(d *Decoder, in []byte) []Reply {
	var list []Reply
	for _, b := range in {
		if r, ok := d.Push(b); ok {
			list = append(list, r)
		}
	}
	return list
}

// Replies as the manuals give them.
func TestReplies(t *testing.T) {
	for _, c := range []struct {
		e32  bool
		wire string
		want Reply
		skip uint64
	}{
		{false, "c1 00 07 00 00 00 62 00 12 03", Reply{Registers: unhex(t, "00000062001203")}, 0},
		{false, "c1 c2 c3 02 02", Reply{Changed: true, Mode: 2}, 0},
		{false, "ff ff ff", Reply{Wrong: true}, 0},
		{false, "00 c1 c1 c2 c1 c2 c3 c1 c2 c3 02 00", Reply{Changed: true}, 7},
		{false, "c1 c1 00 07 c1 00 07 ff ff ff 00", Reply{Registers: unhex(t, "c10007ffffff00")}, 1},
		{true, "c0 00 00 1a 17 44", Reply{Registers: unhex(t, "00001a1744")}, 0},
		{true, "ff c2 00 00 1a 17 44", Reply{Registers: unhex(t, "00001a1744")}, 1},
	} {
		d := Decoder{E32: c.e32}
		got := replies(&d, unhex(t, c.wire))
		if len(got) != 1 || !bytes.Equal(got[0].Registers, c.want.Registers) || got[0].Changed != c.want.Changed ||
			got[0].Mode != c.want.Mode || got[0].Wrong != c.want.Wrong || d.Skipped != c.skip {
			t.Errorf("%s: %+v, %d skipped, want %+v, %d", c.wire, got, d.Skipped, c.want, c.skip)
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
	u, err := bridge.ParseURL("ebyte:///dev/a?"+query, Scheme, Params())
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := newDriver(u)
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

// tick lets the time of the last Wake come.
func (k *talk) tick() {
	k.t.Helper()
	w := find[bridge.Wake](k)
	k.now = w.At
	k.step(bridge.Tick{})
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

// Set-up by command: only what differs is written, and other bits stay as they were.
func TestSoftware(t *testing.T) {
	k := begin(t, "model=e22-900&config=software&channel=18&netid=7&power=1")
	k.says("c0c1c2c302 02")
	k.told("c1c2c30202", "c10007")
	k.told("c10007 00000062301303", "c00007 000007 62 31 12 93")
	k.told("c10007 00000762311293", "c10007")
	k.told("c10007 00000762311293", "c0c1c2c302 00")
	k.told("c1c2c30200", "")
	k.tick()
	if r := find[bridge.Ready](k); r.About != "Ebyte e22-900, 868.125MHz, settings checked" || r.Profile.MTU != 233 {
		t.Errorf("ready as %+v", r)
	}
	k.step(bridge.Transmit{Data: []byte("data")})
	k.says("000964617461adf3f36300")
	k.step(bridge.Opened{}) // all is right by now
	k.told("c1c2c30202", "c10007")
	k.told("c10007 00000762311293", "c0c1c2c302 00")
}

// Set-up by switch allows the command for the next time, if the module knows it.
func TestSwitch(t *testing.T) {
	k := begin(t, "model=e22-900&config=switch&channel=18")
	k.says("c10007")
	k.told("c10007 00000062001203", "c00007 000000 62 13 12 93")
	k.told("c10007 00000062031293", "c10007")
	k.told("c10007 00000062031293", "") // it does not
	if f := find[bridge.Fail](k); f.Err != errPutBack {
		t.Error(f.Err)
	}
	k.step(bridge.Opened{}) // the switch was put back: nobody answers
	k.says("c10007")
	k.tick()
	if r := find[bridge.Ready](k); r.About != "Ebyte e22-900, 868.125MHz, settings checked" {
		t.Errorf("ready as %+v", r)
	}
}

func TestE32(t *testing.T) {
	k := begin(t, "model=e32-868&config=switch&channel=6&rate=9600&power=2")
	k.says("c1c1c1")
	k.told("c000001a1744", "c0 0000 1c 06 46")
	k.tick() // it does not answer to that
	k.says("c1c1c1")
	k.told("c000001c0646", "")
	if f := find[bridge.Fail](k); f.Err != errPutBack {
		t.Error(f.Err)
	}
}

// A module that is used as it is gets no byte that is not a frame's.
func TestKept(t *testing.T) {
	k := begin(t, "model=e32-868&channel=6")
	k.says("")
	if r := find[bridge.Ready](k); r.About != "Ebyte e32-868, 868MHz, settings as they are, not checked" || r.Profile.MTU != 51 {
		t.Errorf("ready as %+v", r)
	}
}

func TestVendorsFigure(t *testing.T) {
	const ports = 2 * 100 * 10 * time.Second / 9600
	if got := (air(2400, 240).OnAir(100-7) + ports).Round(50 * time.Millisecond); got != 1500*time.Millisecond {
		t.Errorf("100 bytes at 2,400 bit/s take %v, the vendor says 1.5 s", got)
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte("\xc1\x00\x07\x00\x00\x00\x62\x00\x12\x03\xc1\xc2\xc3\x02\x00\xff\xff\xff"), false)
	f.Add([]byte("\xc0\x00\x00\x1a\x17\x44"), true)
	f.Fuzz(func(t *testing.T, in []byte, e32 bool) {
		d := Decoder{E32: e32}
		taken := 0
		for _, r := range replies(&d, in) {
			var wire []byte
			switch {
			case r.Wrong:
				wire = []byte{wrong, wrong, wrong}
			case r.Changed:
				wire = changeMode(r.Mode)[1:]
			case e32:
				wire = writeRegisters(true, r.Registers)
			default:
				wire = append(readRegisters(false), r.Registers...)
			}
			taken += len(wire)
			again := replies(&Decoder{E32: e32}, wire)
			if len(again) != 1 || !slices.Equal(again[0].Registers, r.Registers) || again[0].Mode != r.Mode {
				t.Fatalf("%+v became %+v", r, again)
			}
		}
		if taken+int(d.Skipped)+len(d.window) != len(in) || len(d.window) > 3+count22 {
			t.Fatalf("of %d bytes %d are replies, %d skipped, %d kept", len(in), taken, d.Skipped, len(d.window))
		}
	})
}
