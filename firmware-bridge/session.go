package bridge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

const (
	readBuffer = 4096
	// maxUnwritten bounds what a driver writes ahead of a slow device, in bytes.
	maxUnwritten = 64 << 10
	// farewell is how long a device may take to hear that its link is closed.
	farewell = 500 * time.Millisecond
)

// ErrNoBytes reports a device that takes nothing of what is written to it.
var ErrNoBytes = errors.New("the device takes no bytes")

var (
	errHangup   = errors.New("the device closed the connection")
	errBackedUp = fmt.Errorf("the device makes us write more than %d bytes that it does not take", maxUnwritten)
)

// talk is the state of one opening of the port. Three goroutines share it: one
// reads the port, one writes it (a write to a serial port has no deadline and
// may block), and the one of run, which never blocks on the device, owns
// everything else.
type talk struct {
	link   *Link
	port   Port
	quit   chan struct{}
	bytes  chan []byte // from the reader
	failed chan error  // from reader and writer, one each
	writes chan []byte // to the writer, one at a time
	wrote  chan struct{}

	out     []byte      // not yet given to the writer
	writing bool        // the writer has some
	stuck   *time.Timer // runs while the writer has some
	wake    *time.Timer
	squelch
}

// session drives one opening of the port.
func (l *Link) session(ctx context.Context, p Port) error {
	s := &talk{
		link:   l,
		port:   p,
		quit:   make(chan struct{}),
		bytes:  make(chan []byte),
		failed: make(chan error, 2),
		writes: make(chan []byte, 1),
		wrote:  make(chan struct{}, 1),
		stuck:  stopped(),
		wake:   stopped(),
	}
	if err := s.listen(l.squelch); err != nil {
		return errors.Join(err, p.Close())
	}
	readerDone, writerDone := make(chan struct{}), make(chan struct{})
	go func() { defer close(readerDone); s.read() }()
	go func() { defer close(writerDone); s.write() }()
	err := s.run(ctx)
	s.stuck.Stop()
	s.wake.Stop()
	s.look.Stop()
	l.counted()
	close(s.quit)
	if stuck := p.Close(); stuck != nil { // ends a waiting Read and Write; else the user is to know
		err = fmt.Errorf("%w; closing: %w", err, stuck)
		l.failed(err)
	}
	// Not before both are out may the device be opened again, or a device that
	// never lets go would cost a goroutine and a descriptor at each attempt.
	for _, done := range []chan struct{}{readerDone, writerDone} {
		select {
		case <-done:
		case <-ctx.Done():
		}
	}
	return err
}

func stopped() *time.Timer {
	t := time.NewTimer(0)
	t.Stop()
	return t
}

func (s *talk) now() clock.Instant { return clock.Instant(time.Since(s.link.start)) }

// run carries inputs to the driver until the port fails or ctx ends.
func (s *talk) run(ctx context.Context) error {
	err := s.step(Opened{})
	for err == nil {
		select {
		case <-ctx.Done():
			s.leave()
			return ctx.Err()
		case err = <-s.failed:
		case data := <-s.link.tx:
			err = s.offer(data)
		case <-s.look.C:
			err = s.offer(s.waiting)
		case data := <-s.bytes:
			err = s.step(Bytes{Data: data})
			s.link.counted()
		case <-s.wrote:
			err = s.written()
		case <-s.wake.C:
			err = s.step(Tick{})
		case <-s.stuck.C:
			err = fmt.Errorf("%w for %v", ErrNoBytes, s.link.limit)
		}
	}
	return err
}

// step carries one input to the driver, and out what it says about it.
func (s *talk) step(in Input) error {
	for _, o := range s.link.driver.Step(s.now(), in) {
		switch o := o.(type) {
		case Write:
			s.out = append(s.out, o.Data...)
		case Wake:
			s.wake.Stop()
			if o.At != clock.Never {
				s.wake.Reset(max(0, o.At.Sub(s.now())))
			}
		case Ready:
			s.link.ready(o)
		case Heard:
			s.link.heard(o)
		case Sent:
			s.link.sent(o.Err)
		case Aired:
			s.link.events.Put(radio.Aired{For: o.For})
		case Fail:
			return fmt.Errorf("%s: %w", s.port.Name(), o.Err)
		}
	}
	return s.give()
}

// give hands the writer what there is to write.
func (s *talk) give() error {
	if len(s.out) > maxUnwritten {
		return errBackedUp
	}
	if s.writing || len(s.out) == 0 {
		return nil
	}
	s.writes <- s.out // never blocks: the writer took the one before
	s.writing = true
	s.stuck.Reset(s.link.limit + serialTime(len(s.out), s.link.baud))
	s.out = nil
	return nil
}

// written goes on after the writer is done.
func (s *talk) written() error {
	s.writing = false
	s.stuck.Stop()
	if len(s.out) > 0 {
		return s.give()
	}
	return s.step(Written{})
}

// leave lets the driver say goodbye, and gives the device a moment to hear it.
func (s *talk) leave() {
	if s.step(Leave{}) != nil {
		return
	}
	limit := time.NewTimer(farewell)
	defer limit.Stop()
	for s.writing {
		select {
		case <-s.wrote:
			s.writing = false
			if s.give() != nil {
				return
			}
		case <-s.bytes:
		case <-s.failed:
			return
		case <-limit.C:
			return
		}
	}
}

func (s *talk) write() {
	for {
		select {
		case <-s.quit:
			return
		case b := <-s.writes:
			if _, err := s.port.Write(b); err != nil {
				s.failed <- s.lost(err)
				return
			}
			s.wrote <- struct{}{}
		}
	}
}

func (s *talk) read() {
	buf := make([]byte, readBuffer)
	for {
		asked := time.Now()
		n, err := s.port.Read(buf)
		if n > 0 {
			select {
			case s.bytes <- append([]byte(nil), buf[:n]...):
			case <-s.quit:
				return
			}
		}
		if err != nil {
			s.failed <- s.lost(err)
			return
		}
		if n == 0 && !Rest(asked, s.quit) {
			return
		}
	}
}

// lost says for people that the device is gone.
func (s *talk) lost(err error) error {
	if errors.Is(err, io.EOF) {
		err = errHangup
	}
	return fmt.Errorf("%s: %w", s.port.Name(), err)
}
