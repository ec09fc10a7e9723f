package kiss

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
)

const readBuffer = 4096

var (
	errNoBytes = errors.New("the modem takes no bytes")
	errHangup  = errors.New("the modem closed the connection")
)

// session drives one opening of the port. Three goroutines share it: one reads
// the port, one writes it (a write to a serial port has no deadline and may
// block), and this one, which never blocks on the device, owns everything else.
func (l *Link) session(ctx context.Context, p bridge.Port) error {
	s := &talk{
		link:   l,
		port:   p,
		quit:   make(chan struct{}),
		heard:  make(chan int),
		failed: make(chan error, 2),
		writes: make(chan []byte, 1),
		wrote:  make(chan struct{}, 1),
	}
	readerDone, writerDone := make(chan struct{}), make(chan struct{})
	go func() { defer close(readerDone); s.read() }()
	go func() { defer close(writerDone); s.write() }()
	err := s.run(ctx)
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

// talk is the state of one session.
type talk struct {
	link   *Link
	port   bridge.Port
	quit   chan struct{}
	heard  chan int    // lengths of frames heard, for the pace
	failed chan error  // from reader and writer, one each
	writes chan []byte // to the writer, one at a time
	wrote  chan struct{}
}

// phase of the outstanding frame:
//
//	idle --frame--> writing --wrote--> flying --time--> idle
type phase uint8

const (
	idle phase = iota
	writing
	flying
)

func (s *talk) run(ctx context.Context) error {
	limit := time.NewTimer(s.link.limit) // of writing, or of flying
	defer limit.Stop()
	state, size, wire := writing, 0, s.give(nil)
	var fly flight
	for {
		tx := s.link.tx
		if state != idle {
			tx = nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-s.failed:
			return err
		case data := <-tx:
			state, size, wire = writing, len(data), s.give(data)
			limit.Reset(s.link.limit + s.link.pace.toModem(wire))
		case <-s.wrote:
			if size == 0 { // the settings: now the modem is ours
				state = idle
				limit.Stop()
				s.link.opened()
				break
			}
			state, fly = flying, s.link.pace.launch(time.Now(), size, wire)
			limit.Reset(time.Until(fly.done()))
		case n := <-s.heard:
			if state == flying {
				fly.heard(time.Now(), n)
				limit.Reset(time.Until(fly.done()))
			}
		case <-limit.C:
			if state == writing {
				return fmt.Errorf("%w for %v", errNoBytes, s.link.limit)
			}
			state = idle
			s.link.sent(nil)
		}
	}
}

// give hands a data frame to the writer, or the settings if there is none, and
// returns how many bytes it takes on the wire.
func (s *talk) give(data []byte) int {
	wire := s.link.hello
	if data != nil {
		wire = AppendFrame(nil, Frame{Port: s.link.port, Command: Data, Data: data})
	}
	s.writes <- wire // never blocks: the writer took the one before
	return len(wire)
}

func (s *talk) write() {
	for {
		select {
		case <-s.quit:
			return
		case b := <-s.writes:
			if len(b) > 0 {
				if _, err := s.port.Write(b); err != nil {
					s.failed <- s.lost(err)
					return
				}
			}
			s.wrote <- struct{}{}
		}
	}
}

func (s *talk) read() {
	buf := make([]byte, readBuffer)
	var d Decoder
	for {
		asked := time.Now()
		n, err := s.port.Read(buf)
		for _, b := range buf[:n] {
			if f, ok := d.Push(b); ok {
				s.take(f)
			}
		}
		s.link.tally.decoded(&d)
		if err != nil {
			s.failed <- s.lost(err)
			return
		}
		if n == 0 && !bridge.Rest(asked, s.quit) {
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

// take handles a frame from the modem.
func (s *talk) take(f Frame) {
	switch {
	case f.Command != Data:
		s.link.tally.command.Add(1)
	case f.Port != s.link.port:
		s.link.tally.port.Add(1)
	case len(f.Data) < MinFrame:
		s.link.tally.short.Add(1)
	default:
		s.link.events.Put(radio.Heard{Data: append([]byte(nil), f.Data...)})
		select {
		case s.heard <- len(f.Data):
		case <-s.quit:
		}
	}
}
