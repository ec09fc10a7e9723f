//go:build linux || darwin

package gps

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

const limit = 20 * time.Second

// emulator is a satellite receiver on a pseudo-terminal, under a name that stays
// while the terminal changes, as udev gives it. It goes by the machine's clock,
// moved by offset, and says four moments a second.
type emulator struct {
	t    *testing.T
	name string

	mu     sync.Mutex
	offset time.Duration
	blind  bool // sees no satellites
	noisy  bool // says garbage between sentences
	master *os.File
	slave  *os.File
	quit   chan struct{}
	done   chan struct{}
}

func newEmulator(t *testing.T) *emulator {
	e := &emulator{t: t, name: filepath.Join(t.TempDir(), "ttyGPS")}
	e.plug()
	t.Cleanup(e.unplug)
	return e
}

func (e *emulator) plug() {
	master, slave, err := pty.Open()
	if err == nil {
		_, err = term.MakeRaw(int(slave.Fd()))
	}
	if err == nil {
		err = os.Symlink(slave.Name(), e.name)
	}
	if err != nil {
		e.t.Fatal(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.master, e.slave, e.quit, e.done = master, slave, make(chan struct{}), make(chan struct{})
	go e.run(master, e.quit, e.done)
}

func (e *emulator) unplug() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.master == nil {
		return
	}
	close(e.quit)
	<-e.done
	if err := errors.Join(os.Remove(e.name), e.master.Close(), e.slave.Close()); err != nil {
		e.t.Errorf("unplug: %v", err)
	}
	e.master = nil
}

func (e *emulator) change(do func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	do()
}

func (e *emulator) run(master *os.File, quit, done chan struct{}) {
	defer close(done)
	tick := time.NewTicker(time.Second / 4)
	defer tick.Stop()
	for {
		select {
		case <-quit:
			return
		case <-tick.C:
		}
		if !e.mu.TryLock() {
			continue // it is being unplugged
		}
		text := e.sentences()
		e.mu.Unlock()
		if _, err := master.WriteString(text); err != nil {
			return
		}
	}
}

func (e *emulator) sentences() string {
	at := time.Now().UTC().Add(e.offset)
	text := wrap("GPGGA,"+at.Format("150405.00")+",4807.038,N,01131.000,E,1,07,0.9,545.4,M,46.9,M,,") + wrap(rmc(at)) + wrap("GPGSV,1,1,00")
	if e.blind {
		text = wrap("GPGGA,,,,,,0,00,,,M,,M,,") + wrap("GPRMC,,V,,,,,,,,,,N")
	}
	if e.noisy {
		text = "\xff\x00$GP" + text + "$GPRMC,101112,A,4807.0"
	}
	return text
}

// heard gathers what a receiver tells.
type heard struct {
	mu    sync.Mutex
	count int
	off   []time.Duration // how far the machine's clock is outside of what was said
}

func (h *heard) tell(at time.Time, f clock.Fix) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count++
	w := clock.WallOf(at)
	h.off = append(h.off, time.Duration(max(f.From-w, w-f.To, 0))*time.Millisecond)
}

func (h *heard) number() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

func start(t *testing.T, e *emulator) (*Receiver, *heard) {
	t.Helper()
	h := &heard{}
	r, err := Open("gps://"+e.name+"?baud=115200", bridge.Options{Backoff: bridge.Backoff{First: 10 * time.Millisecond, Max: 50 * time.Millisecond}}, h.tell)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r, h
}

func TestReceiverGivesTheTime(t *testing.T) {
	t.Parallel()
	e := newEmulator(t)
	e.change(func() { e.noisy = true })
	r, h := start(t, e)
	await.Until(t, limit, "four times", func() bool { return h.number() >= 4 })
	if s := r.State(); s.Trouble != "" || s.Satellites != 7 || s.Fixed.IsZero() {
		t.Errorf("state %+v", s)
	}
	_ = r.Close()
	for i, off := range h.off {
		if off > 0 {
			t.Errorf("time %d is off by %v", i, off)
		}
	}
	if c := r.Counters(); c[0].Count == 0 || c[1].Count == 0 {
		t.Errorf("counters %v: neither sentences nor garbage", c)
	}
	if n := h.number(); n != h.count {
		t.Error("told after Close")
	}
}

func TestReceiverComesBack(t *testing.T) {
	t.Parallel()
	e := newEmulator(t)
	r, h := start(t, e)
	await.Until(t, limit, "a time", func() bool { return h.number() > 0 })
	e.unplug()
	await.Until(t, limit, "the port to be gone", func() bool { return strings.Contains(r.State().Trouble, "ttyGPS") })
	e.change(func() { e.blind = true })
	e.plug()
	await.Until(t, limit, "a receiver that sees nothing", func() bool { return strings.Contains(r.State().Trouble, "no satellite fix") })
	before := h.number()
	e.change(func() { e.blind = false })
	await.Until(t, limit, "a time again", func() bool { return h.number() > before })
}

func TestReceiverWithOldDate(t *testing.T) {
	t.Parallel()
	e := newEmulator(t)
	e.change(func() { e.offset = -1024 * 7 * 24 * time.Hour })
	r, h := start(t, e)
	await.Until(t, limit, "the old date to be noticed", func() bool { return strings.Contains(r.State().Trouble, "1,024 weeks") })
	if h.number() > 0 {
		t.Error("it was believed")
	}
}

func TestURLs(t *testing.T) {
	for url, ok := range map[string]bool{
		"gps:///dev/ttyUSB1?baud=4800": true, "gps:///COM4": true, "gps+tcp://127.0.0.1:2947": true,
		"gps://dev/ttyUSB1": false, "gps:///dev/ttyUSB1?speed=1": false, "gps+tcp://h:1?baud=4800": false, "kiss:///dev/ttyUSB0": false,
	} {
		if err := Check(url); (err == nil) != ok {
			t.Errorf("%s: %v", url, err)
		}
	}
}
