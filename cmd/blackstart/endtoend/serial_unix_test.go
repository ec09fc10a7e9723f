//go:build linux || darwin

package endtoend

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// lead is one end of a serial cable: a terminal under a name that stays while
// the device comes and goes.
type lead struct {
	name string
	far  *lead

	mu     sync.Mutex
	master *os.File
	slave  *os.File
}

func newLeads(t *testing.T) (a, b *lead) {
	t.Helper()
	a = &lead{name: filepath.Join(t.TempDir(), "ttyRADIO")}
	b = &lead{name: filepath.Join(t.TempDir(), "ttyRADIO"), far: a}
	a.far = b
	for _, l := range []*lead{a, b} {
		if err := l.plug(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.unplug)
	}
	return a, b
}

func (l *lead) plug() error {
	master, slave, err := pty.Open()
	if err != nil {
		return err
	}
	_, err = term.MakeRaw(int(slave.Fd()))
	if err = errors.Join(err, unix.SetNonblock(int(master.Fd()), true), os.Symlink(slave.Name(), l.name)); err != nil {
		return err
	}
	l.mu.Lock()
	l.master, l.slave = master, slave
	l.mu.Unlock()
	go l.carry(master)
	return nil
}

// unplug closes the far end and takes the name away.
func (l *lead) unplug() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.master != nil {
		os.Remove(l.name)
		l.master.Close()
		l.slave.Close()
		l.master = nil
	}
}

// carry takes bytes to the other lead; with nothing plugged in there they are
// lost, as on a cable.
func (l *lead) carry(master *os.File) {
	buf := make([]byte, 512)
	for {
		n, err := master.Read(buf)
		l.far.mu.Lock()
		if l.far.master != nil {
			l.far.master.Write(buf[:n])
		}
		l.far.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// TestNothingIsLostWhenARadioIsUnplugged pulls a serial radio out in the
// middle of traffic both ways, twice.
func TestNothingIsLostWhenARadioIsUnplugged(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for links to reopen")
	}
	t.Parallel()
	a, b := newLeads(t)
	const options = "?baud=115200&rate=9600&txdelay=10ms&slot=10ms&persist=255&mtu=200"
	nodes := newStations(t, "kiss://"+a.name+options, "kiss://"+b.name+options)
	meet(t, 30*time.Second, nodes...)
	for round := range 2 {
		for i := range 5 {
			nodes[0].send(2, bundle.Routine, fmt.Sprintf("round %d before %d %s", round, i, words(i, 150)))
			nodes[1].send(1, bundle.Routine, fmt.Sprintf("round %d before %d %s", round, i, words(i, 150)))
		}
		a.unplug()
		for i := range 5 {
			nodes[0].send(2, bundle.Routine, fmt.Sprintf("round %d while out %d", round, i))
			nodes[1].send(1, bundle.Routine, fmt.Sprintf("round %d while out %d", round, i))
		}
		if err := a.plug(); err != nil {
			t.Fatal(err)
		}
	}
	exchanged(t, 3*time.Minute, nodes[0], nodes[1])
}
