//go:build tarm

package bridge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	tarm "github.com/tarm/serial"
)

// tarmBuilt says that this program can open ports by github.com/tarm/serial.
const tarmBuilt = true

const (
	// tarmSlice is the longest that a Read waits in silence; the library has
	// steps of 100 ms.
	tarmSlice = 100 * time.Millisecond
	// tarmGone is how many reads of nothing in a row that come back at once mean
	// that the device was unplugged. The library tells it from silence in no other
	// way.
	tarmGone = 20
)

// Tarm returns the opener of a serial port by github.com/tarm/serial, for
// machines on which go.bug.st/serial does not work. It has these limits:
//
//   - it knows only the usual speeds, and no other than 8N1 is asked for;
//   - unplugging looks like silence that comes at once, so it is noticed by
//     tarmGone such reads, or at the next write;
//   - nothing interrupts a read or a write: a Read outlives Close by up to
//     tarmSlice, and a write that the device does not take outlives it for good;
//   - on macOS the program has to be built with cgo.
func Tarm(device string, baud int) Opener {
	return func(context.Context) (Port, error) {
		if err := checkDescriptors(); err != nil {
			return nil, err
		}
		lock, err := claim(device)
		if err != nil {
			return nil, err
		}
		p, err := tarm.OpenPort(&tarm.Config{Name: device, Baud: baud, ReadTimeout: tarmSlice})
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s at %d bit/s: %w", device, baud, err), lock.Close())
		}
		if err := p.Flush(); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", device, err), p.Close(), lock.Close())
		}
		return &tarmPort{port: p, lock: lock, name: device}, nil
	}
}

type tarmPort struct {
	port    *tarm.Port
	lock    io.Closer
	name    string
	closed  atomic.Bool
	nothing int // reads of nothing in a row that came back at once
}

func (p *tarmPort) Name() string { return p.name }

// Read takes the library's end of file for silence.
func (p *tarmPort) Read(b []byte) (int, error) {
	asked := time.Now()
	n, err := p.port.Read(b)
	switch {
	case p.closed.Load():
		return 0, errPortClosed
	case n > 0:
		p.nothing = 0
		return n, nil
	case err != nil && !errors.Is(err, io.EOF):
		return 0, err
	case time.Since(asked) > tarmSlice/2:
		p.nothing = 0
	default:
		if p.nothing++; p.nothing >= tarmGone {
			return 0, errUnplugged
		}
	}
	return 0, nil
}

func (p *tarmPort) Write(b []byte) (int, error) {
	done := 0
	for done < len(b) {
		if p.closed.Load() {
			return done, errPortClosed
		}
		n, err := p.port.Write(b[done:min(len(b), done+writeSlice)])
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// Close may be called more than once.
func (p *tarmPort) Close() error {
	if p.closed.Swap(true) {
		return nil
	}
	return errors.Join(p.port.Close(), p.lock.Close())
}
