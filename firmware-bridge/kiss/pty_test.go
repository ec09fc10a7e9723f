//go:build linux || darwin

package kiss

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/radio"
)

// cable is a serial device on a pseudo-terminal, under a name that stays while
// the terminal changes, as udev gives it. What its link writes goes to the
// other cable's link, as bytes.
type cable struct {
	t    *testing.T
	link string // the name

	mu     sync.Mutex
	master *os.File
	slave  *os.File // held open, or reads of the master would fail while no link has it open
	peer   *cable
}

// newCables returns two cables that are joined and plugged in.
func newCables(t *testing.T) (a, b *cable) {
	t.Helper()
	a = &cable{t: t, link: filepath.Join(t.TempDir(), "ttyTNC")}
	b = &cable{t: t, link: filepath.Join(t.TempDir(), "ttyTNC"), peer: a}
	a.peer = b
	for _, c := range []*cable{a, b} {
		c.plug()
		t.Cleanup(c.unplug)
	}
	return a, b
}

func (c *cable) plug() {
	master, slave, err := openTerminal()
	if err == nil {
		err = os.Symlink(slave.Name(), c.link)
	}
	if err != nil {
		c.t.Errorf("plug: %v", err)
		return
	}
	c.mu.Lock()
	c.master, c.slave = master, slave
	c.mu.Unlock()
	go c.pump(master)
}

// unplug closes the far end and takes the name away.
func (c *cable) unplug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.master == nil {
		return
	}
	if err := errors.Join(os.Remove(c.link), c.master.Close(), c.slave.Close()); err != nil {
		c.t.Errorf("unplug: %v", err)
	}
	c.master = nil
}

func (c *cable) pump(master *os.File) {
	buf := make([]byte, 512)
	for {
		n, err := master.Read(buf)
		c.peer.say(buf[:n])
		if err != nil {
			return
		}
	}
}

func (c *cable) say(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.master != nil && len(b) > 0 {
		if _, err := c.master.Write(b); err != nil {
			c.t.Errorf("write to the link: %v", err)
		}
	}
}

func TestSuiteOverSerial(t *testing.T) {
	bridgetest.Run(t, func(t *testing.T) bridgetest.Pair {
		a, b := newCables(t)
		return bridgetest.Pair{
			A:   open(t, "kiss://"+a.link+"?baud=115200&"+fast),
			B:   open(t, "kiss://"+b.link+"?baud=115200&"+fast),
			Cut: a.unplug, Plug: a.plug,
		}
	})
}

func TestUnpluggedSerialPortReportsTheOutstandingFrame(t *testing.T) {
	c, _ := newCables(t)
	r := bridgetest.Listen(t, open(t, "kiss://"+c.link+"?rate=50"), limit)
	bridgetest.Next[radio.Up](t, r)
	for range 3 {
		r.Send(t, bridgetest.Random(1, 255))
		c.unplug()
		if sent := bridgetest.Next[radio.Sent](t, r); !errors.Is(sent.Err, radio.ErrDown) {
			t.Errorf("sent: %v, want %v", sent.Err, radio.ErrDown)
		}
		bridgetest.Next[radio.Down](t, r)
		c.plug()
		bridgetest.Await[radio.Up](t, r) // a second Down says that the device has no name any more
	}
}

// TestSerialDeviceThatReadsNothing: the terminal's buffer fills, the write
// blocks; neither Send nor the reopening may.
func TestSerialDeviceThatReadsNothing(t *testing.T) {
	master, slave, err := openTerminal()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	o := quick()
	o.WriteLimit = 500 * time.Millisecond
	l, err := Open("kiss://"+slave.Name()+"?mtu=1024&baud=3000000&"+fast, o)
	if err != nil {
		t.Fatal(err)
	}
	r := bridgetest.Listen(t, l, limit)
	bridgetest.Next[radio.Up](t, r)
	frames := 0
	for ; frames < 200; frames++ { // 400 kB, more than a terminal holds
		r.Send(t, bytes.Repeat([]byte{wire.FEND}, 1024))
		if sent := bridgetest.Next[radio.Sent](t, r); sent.Err != nil {
			if !errors.Is(sent.Err, bridge.ErrNoBytes) {
				t.Errorf("sent: %v, want %v", sent.Err, bridge.ErrNoBytes)
			}
			break
		}
	}
	if frames == 200 {
		t.Fatal("a terminal that nobody reads took 400 kB")
	}
	bridgetest.Next[radio.Down](t, r)
	bridgetest.Next[radio.Up](t, r) // opened anew
}
