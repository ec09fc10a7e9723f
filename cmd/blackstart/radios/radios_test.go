package radios

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/rnode"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/rnode/rnodeemu"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// air starts two emulated RNodes and returns how each is reached.
func air(t *testing.T) (*emulator.Air, [2]Radio) {
	t.Helper()
	cfg := medium.Config{BitsPerSecond: 50_000, Slot: time.Millisecond, Persistence: 1, Queue: 4}
	a, err := emulator.Start(cfg, 1, &rnodeemu.RNode{}, &rnodeemu.RNode{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	var list [2]Radio
	for i := range list {
		list[i] = Radio{rnode.Family(), "rnode+tcp://" + a.Address(i) + "?freq=869.525M&bw=250k&sf=7&mtu=150"}
	}
	return a, list
}

func TestProbe(t *testing.T) {
	t.Parallel()
	_, list := air(t)
	f, err := Probe(t.Context(), list[0].Family, list[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	if f.About != "RNode, firmware 1.86, ESP32" || f.MTU != 150 || f.BitsPerSecond <= 0 || f.Counters["rnode frames"] == 0 {
		t.Errorf("found %+v", f)
	}
}

// Nobody is there, or somebody else: the error says who was looked for.
func TestProbeOfNobody(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for address, want := range map[string]string{
		silent.Addr().String(): "no RNode answers",
		"127.0.0.1:1":          "refused",
	} {
		if _, err := Probe(t.Context(), rnode.Family(), "rnode+tcp://"+address+"?freq=868M"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", address, err, want)
		}
	}
}

func TestPair(t *testing.T) {
	t.Parallel()
	_, list := air(t)
	var rows []Row
	if err := Pair(t.Context(), list, Trial{Frames: 2, Told: func(r Row) { rows = append(rows, r) }}); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 6 {
		t.Fatalf("%d rows, want three sizes each way", len(rows))
	}
	for i, r := range rows {
		if r.From != 1+i%2 || r.Sent != 2 || r.Heard != 2 || r.Wrong != 0 || r.LossPct != 0 || r.BytesPerS <= 0 || !r.Signal || r.RSSI != -71 || r.SNR != 9.5 {
			t.Errorf("row %d: %+v", i, r)
		}
	}
}

// One of two does not hear the other.
func TestPairOneWay(t *testing.T) {
	t.Parallel()
	a, list := air(t)
	a.Do(func(_ clock.Instant, s *emulator.Site) { s.Cut(0, 1) })
	var rows []Row
	if err := Pair(t.Context(), list, Trial{Frames: 1, Told: func(r Row) { rows = append(rows, r) }}); err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if deaf := r.From == 1; deaf != (r.Heard == 0) || deaf != (r.LossPct == 100) {
			t.Errorf("row %d: %+v", i, r)
		}
	}
}

func TestMonitor(t *testing.T) {
	t.Parallel()
	_, list := air(t)
	ctx, cancel := context.WithCancel(t.Context())
	seen, up, ended := make(chan Seen, 16), make(chan bool), make(chan error, 1)
	go func() {
		ended <- Monitor(ctx, list[0].Family, list[0].URL, func(s Seen) {
			if s.Event == "up" {
				close(up)
			}
			seen <- s
		})
	}()
	<-up
	other, err := open(t.Context(), list[1].Family, list[1].URL)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.Send(radio.Frame{Data: testFrame(1, 60)}); err != nil {
		t.Fatal(err)
	}
	if s := <-seen; s.Event != "up" || s.About == "" {
		t.Errorf("first %+v", s)
	}
	if s := <-seen; s.Event != "heard" || s.Bytes != 60 || s.Airtime <= 0 || s.Signal == nil {
		t.Errorf("then %+v", s)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestTestFrames(t *testing.T) {
	a, b := testFrame(1, 60), testFrame(2, 60)
	if len(a) != 60 || binary.BigEndian.Uint32(a) != 1 || string(a[4:]) == string(b[4:]) {
		t.Errorf("%x, %x", a, b)
	}
}

func TestDescribe(t *testing.T) {
	got := describe([]detail{
		{device: "/dev/ttyS0"},
		{device: "/dev/ttyUSB1", usb: "10c4:ea60", product: "CP2102 USB to UART"},
		{device: "COM7", usb: "0403:6001"},
		{device: "/dev/ttyACM3", usb: "04d8:000a"},
		{device: "/dev/ttyACM0", usb: "239a:8029", product: "RNode 4631"},
	})
	want := []struct{ device, url, guess string }{
		{"/dev/ttyACM0", "rnode:///dev/ttyACM0?freq=869.525M", "an RNode"},
		{"/dev/ttyACM3", "at+rn2483:///dev/ttyACM3?freq=868.1M", "RN2483"},
		{"/dev/ttyUSB1", "rnode:///dev/ttyUSB1?freq=869.525M", "CP2102"},
		{"COM7", "kiss:///COM7", "FTDI"},
		{"/dev/ttyS0", "kiss:///dev/ttyS0", "not on USB"},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		p := got[i]
		if p.Device != w.device || p.URL != w.url || !strings.Contains(p.Guess, w.guess) {
			t.Errorf("%d: %+v, want %+v", i, p, w)
		}
		f, err := links.FamilyOf(p.URL)
		if err == nil {
			err = f.Check(p.URL)
		}
		if err != nil {
			t.Errorf("the URL to begin with: %v", err)
		}
	}
}

// A test transmits as little against the law as a node does.
func TestPairKeepsTheLaw(t *testing.T) {
	t.Parallel()
	a, list := air(t)
	for query, want := range map[string]string{
		"freq=438M&bw=125k&sf=7":                    "is in no band that everybody may use",
		"freq=438M&bw=125k&sf=7&region=licensed":    "438 MHz is in the amateur band 70 cm",
		"freq=868.1M&bw=125k&sf=12":                 "of which a test may take 29s: at most --frames 2",
		"freq=869.525M&bw=125k&sf=12&cr=8&duty=0.1": "too long for",
	} {
		pair := list
		for i := range pair {
			address, _, _ := strings.Cut(pair[i].URL, "?")
			pair[i].URL = address + "?" + query
		}
		err := Pair(t.Context(), pair, Trial{Frames: 10, Licence: "assignment 12-345", Told: func(r Row) { t.Errorf("%s: %+v", query, r) }})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", query, err, want)
		}
	}
	a.Do(func(_ clock.Instant, s *emulator.Site) {
		if n := s.Medium().Total().TxFrames; n != 0 {
			t.Errorf("%d frames were transmitted", n)
		}
	})
}

// Where the law counts in seconds, a frame waits for a new window, from the first on.
func TestBudgetOfSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := radio.Profile{MTU: 100, BitsPerSecond: 5000, Band: radio.Band{Centre: 915_000_000, Bandwidth: 125_000, Region: ledger.US915}}
		b, err := allow(p, "")
		if err != nil {
			t.Fatal(err)
		}
		if took, err := b.takes([]int{24, 90}, 2); took != 80*time.Second || err != nil {
			t.Errorf("takes %v, %v", took, err)
		}
		for i := range 3 {
			start := time.Now()
			if err := b.wait(t.Context(), 300*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			if waited := time.Since(start); waited < 20*time.Second || waited > 21*time.Second {
				t.Errorf("frame %d waited %v", i, waited)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := b.wait(ctx, 300*time.Millisecond); !errors.Is(err, context.Canceled) {
			t.Errorf("when interrupted: %v", err)
		}
	})
}

// What counts as heard is ours, whole, and sent already.
func TestNumberOf(t *testing.T) {
	good := testFrame(3, 60)
	bad := append([]byte(nil), good...)
	bad[59] ^= 1
	for _, c := range []struct {
		data []byte
		last int
		want int
	}{{good, 3, 3}, {good, 9, 3}, {good, 2, -1}, {bad, 9, -1}, {good[:59], 9, -1}, {nil, 9, -1}, {testFrame(1<<31, 60), 9, -1}} {
		if got := numberOf(c.data, 60, c.last); got != c.want {
			t.Errorf("%x after %d: %d, want %d", c.data, c.last, got, c.want)
		}
	}
}
