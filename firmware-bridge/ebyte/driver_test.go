package ebyte

import (
	"bytes"
	"slices"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
)

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
		{false, "c1 00 07 00 00 00 62 00 12 03", Reply{Registers: bridgetest.Unhex(t, "00000062001203")}, 0},
		{false, "c1 c2 c3 02 02", Reply{Changed: true, Mode: 2}, 0},
		{false, "ff ff ff", Reply{Wrong: true}, 0},
		{false, "00 c1 c1 c2 c1 c2 c3 c1 c2 c3 02 00", Reply{Changed: true}, 7},
		{false, "c1 c1 00 07 c1 00 07 ff ff ff 00", Reply{Registers: bridgetest.Unhex(t, "c10007ffffff00")}, 1},
		{true, "c0 00 00 1a 17 44", Reply{Registers: bridgetest.Unhex(t, "00001a1744")}, 0},
		{true, "ff c2 00 00 1a 17 44", Reply{Registers: bridgetest.Unhex(t, "00001a1744")}, 1},
	} {
		d := Decoder{E32: c.e32}
		got := replies(&d, bridgetest.Unhex(t, c.wire))
		if len(got) != 1 || !bytes.Equal(got[0].Registers, c.want.Registers) || got[0].Changed != c.want.Changed ||
			got[0].Mode != c.want.Mode || got[0].Wrong != c.want.Wrong || d.Skipped != c.skip {
			t.Errorf("%s: %+v, %d skipped, want %+v, %d", c.wire, got, d.Skipped, c.want, c.skip)
		}
	}
}

// begin opens the port; want is what the driver says first.
func begin(t *testing.T, query, want string) (*bridgetest.Conversation, []bridge.Output) {
	t.Helper()
	c := bridgetest.Converse(t, Family(), "ebyte:///dev/a?"+query)
	return c, c.Does(bridge.Opened{}, string(bridgetest.Unhex(t, want)))
}

// Set-up by command: only what differs is written, and other bits stay as they were.
func TestSoftware(t *testing.T) {
	c, _ := begin(t, "model=e22-900&config=software&channel=18&netid=7&power=1", "c0c1c2c302 02")
	c.Hex("c1c2c30202", "c10007")
	c.Hex("c10007 00000062301303", "c00007 000007 62 31 12 93")
	c.Hex("c10007 00000762311293", "c10007")
	c.Hex("c10007 00000762311293", "c0c1c2c302 00")
	c.Hex("c1c2c30200", "")
	if r := bridgetest.Find[bridge.Ready](t, c.Wait("")); r.About != "Ebyte e22-900, 868.125MHz, settings checked" || r.Profile.MTU != 233 {
		t.Errorf("ready as %+v", r)
	}
	c.Does(bridge.Transmit{Data: []byte("data")}, "\x00\x09data\xad\xf3\xf3\x63\x00")
	c.Step(bridge.Opened{}) // all is right by now
	c.Hex("c1c2c30202", "c10007")
	c.Hex("c10007 00000762311293", "c0c1c2c302 00")
}

// Set-up by switch allows the command for the next time, if the module knows it.
func TestSwitch(t *testing.T) {
	c, _ := begin(t, "model=e22-900&config=switch&channel=18", "c10007")
	c.Hex("c10007 00000062001203", "c00007 000000 62 13 12 93")
	c.Hex("c10007 00000062031293", "c10007")
	out := c.Hex("c10007 00000062031293", "") // it does not
	if f := bridgetest.Find[bridge.Fail](t, out); f.Err != errPutBack {
		t.Error(f.Err)
	}
	c.Does(bridge.Opened{}, "\xc1\x00\x07") // the switch was put back: nobody answers
	if r := bridgetest.Find[bridge.Ready](t, c.Wait("")); r.About != "Ebyte e22-900, 868.125MHz, settings checked" {
		t.Errorf("ready as %+v", r)
	}
}

func TestE32(t *testing.T) {
	c, _ := begin(t, "model=e32-868&config=switch&channel=6&rate=9600&power=2", "c1c1c1")
	c.Hex("c000001a1744", "c0 0000 1c 06 46")
	c.Wait("c1c1c1") // it does not answer to that
	if f := bridgetest.Find[bridge.Fail](t, c.Hex("c000001c0646", "")); f.Err != errPutBack {
		t.Error(f.Err)
	}
}

// A module that is used as it is gets no byte that is not a frame's.
func TestKept(t *testing.T) {
	_, out := begin(t, "model=e32-868&channel=6", "")
	if r := bridgetest.Find[bridge.Ready](t, out); r.About != "Ebyte e32-868, 868MHz, settings as they are, not checked" || r.Profile.MTU != 51 {
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
