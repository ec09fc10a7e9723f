package bridge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"go.bug.st/serial"
)

const (
	// readSlice is the longest that Read waits in silence; it bounds how long
	// Close takes.
	readSlice = 100 * time.Millisecond
	// writeSlice is the most that one system call writes. The library cannot
	// interrupt a write, so a blocked one must hold little.
	writeSlice = 64
	// flushEvery and flushLimit: how often, and for how long, Close discards
	// what a device does not take, to free a blocked Write.
	flushEvery = 20 * time.Millisecond
	flushLimit = time.Second
)

// ErrInUse reports a port that another program has open.
var ErrInUse = errors.New("the port is in use by another program: end that first")

// ErrStuck reports a device that neither takes bytes nor lets go of a write.
var ErrStuck = errors.New("device is stuck in a write")

var (
	errPortClosed = errors.New("port is closed")
	errNotSerial  = errors.New("this is no serial port")
	errUnplugged  = errors.New("the device is gone: was it unplugged, or has it lost power?")
)

// Serial returns the opener of a serial port at a speed in bit/s, eight data
// bits, no parity, one stop bit, no flow control. What the system kept from
// before the opening is discarded. The modem lines are left as the system sets
// them: pseudo-terminals have none, and asking for a state makes opening fail.
func Serial(device string, baud int) Opener {
	return func(context.Context) (Port, error) {
		if err := checkDescriptors(); err != nil {
			return nil, err
		}
		lock, err := claim(device)
		if err != nil {
			return nil, err
		}
		mode := &serial.Mode{BaudRate: baud, DataBits: 8, Parity: serial.NoParity, StopBits: serial.OneStopBit}
		p, err := serial.Open(device, mode)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", device, notSerial(err)), lock.Close())
		}
		if err := errors.Join(p.SetReadTimeout(readSlice), p.ResetInputBuffer()); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", device, err), p.Close(), lock.Close())
		}
		return &serialPort{port: p, lock: lock, mode: mode, name: device, idle: make(chan struct{})}, nil
	}
}

// serialPort adds to the library's port what it lacks: the descriptor is
// closed only when no Read and no Write is inside. The library closes it under
// them, and a call that comes a moment later would then read from or write to
// whatever file the system gave that number to since.
type serialPort struct {
	port serial.Port
	lock io.Closer // against a second process
	mode *serial.Mode
	name string

	mu     sync.Mutex
	users  int // Reads and Writes inside
	closed bool
	idle   chan struct{} // closed when the port is closed and no user is left
	err    error         // of the library's Close
}

func (p *serialPort) Name() string { return p.name }

// enter admits a user, unless the port is closed.
func (p *serialPort) enter() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.users++
	return true
}

// leave lets a user go; the last one out of a closed port closes it for good.
func (p *serialPort) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users--
	p.release()
}

func (p *serialPort) release() {
	if p.closed && p.users == 0 {
		p.err = errors.Join(p.port.Close(), p.lock.Close())
		close(p.idle)
	}
}

func (p *serialPort) Read(b []byte) (int, error) {
	if !p.enter() {
		return 0, errPortClosed
	}
	defer p.leave()
	n, err := p.port.Read(b)
	return n, unplugged(err)
}

// notSerial says for people what the library says in terms of the system.
func notSerial(err error) error {
	if e, ok := errors.AsType[*serial.PortError](err); ok && e.Code() == serial.InvalidSerialPort {
		return errNotSerial
	}
	return err
}

// unplugged says for people what the library calls a closed port: the device is gone.
// Closed by us, it is not read any more.
func unplugged(err error) error {
	if gone, ok := errors.AsType[*serial.PortError](err); ok && gone.Code() == serial.PortClosed {
		return errUnplugged
	}
	return err
}

// Write writes in small slices and looks between them whether the port was
// closed.
func (p *serialPort) Write(b []byte) (int, error) {
	done := 0
	for done < len(b) {
		n, err := p.writeSlice(b[done:min(len(b), done+writeSlice)])
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

func (p *serialPort) writeSlice(b []byte) (int, error) {
	if !p.enter() {
		return 0, errPortClosed
	}
	defer p.leave()
	return p.port.Write(b)
}

// Close frees a blocked Write by discarding what the device does not take. If
// even that does not help within flushLimit, Close returns ErrStuck, and the
// descriptor is closed when the system lets the write go.
func (p *serialPort) Close() error {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		p.release()
	}
	p.mu.Unlock()
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	limit := time.NewTimer(flushLimit)
	defer limit.Stop()
	for {
		select {
		case <-p.idle:
			return p.err
		case <-tick.C:
			p.flush()
		case <-limit.C:
			return fmt.Errorf("%s: %w", p.name, ErrStuck)
		}
	}
}

// flush discards what the device did not take. Linux makes room by that but
// leaves the writer asleep; setting the mode anew wakes it. Both fail where the
// device is gone, which frees the write as well.
func (p *serialPort) flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users > 0 {
		_ = p.port.ResetOutputBuffer()
		_ = p.port.SetMode(p.mode)
	}
}

// Line implements Lines.
func (p *serialPort) Line(name string) (bool, error) {
	if !p.enter() {
		return false, errPortClosed
	}
	defer p.leave()
	bits, err := p.port.GetModemStatusBits()
	if err != nil {
		return false, err
	}
	switch name {
	case "cts":
		return bits.CTS, nil
	case "dcd":
		return bits.DCD, nil
	case "dsr":
		return bits.DSR, nil
	}
	return false, fmt.Errorf("no line is called %q", name)
}
