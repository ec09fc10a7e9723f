package p2p

import (
	"bufio"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

// session is the stream between this node and one admitted neighbour.
type session struct {
	link    *Link
	id      SessionID
	peer    peer.ID
	node    ident.Number
	stream  network.Stream
	reader  *bufio.Reader
	silence time.Duration // how long the peer may be silent

	queue      chan outbound
	lagging    bool          // a frame for all found no room in time; only the sender looks at it
	changed    chan struct{} // this node's neighbours or network file changed; holds at most one
	neighbours atomic.Pointer[[]ident.Number]
	edition    atomic.Pointer[Edition] // the network file that the neighbour told; nil: none
	told       atomic.Pointer[Edition] // the one that he was told
	learned    bool                    // its addresses are in the book; only the keeper looks at it

	ending   sync.Once
	ended    chan struct{} // closed when the session is to end
	finished chan struct{} // closed when nothing of it is heard any more
	why      error         // set before ended is closed
}

// outbound is a frame on its way to a peer. Its bytes are shared with other
// sessions and must not be changed.
type outbound struct {
	kind recordKind
	data []byte
}

var (
	errReplaced = errors.New("peer opened another session")
	errClosing  = errors.New("link is closing")
	errRemoved  = errors.New("node left the roster")
	errStalled  = errors.New("neighbour takes no more frames")
)

// end makes both loops of the session return. It does not wait for them.
func (s *session) end(why error) {
	s.ending.Do(func() {
		s.why = why
		close(s.ended)
		s.stream.Reset()
	})
}

// run reads until the session ends. The events of one session are in order:
// contact up, what was heard, contact down.
func (s *session) run() {
	defer close(s.finished)
	s.link.emit(nil, radio.Contact{Node: s.node, Up: true})
	s.link.spawn(s.write)
	s.end(s.read())
	s.link.emit(nil, radio.Contact{Node: s.node, Up: false})
}

func (s *session) read() error {
	pace := newPace(time.Now())
	for {
		s.stream.SetReadDeadline(time.Now().Add(s.silence))
		kind, body, err := readRecord(s.reader)
		switch {
		case errors.Is(err, errRecord):
			s.link.counters.count(malformed)
			return err
		case timedOut(err):
			s.link.counters.count(silent)
			return err
		case err != nil:
			return err
		}
		if wait := pace.take(time.Now(), len(body)); wait > 0 && !s.pause(wait) {
			return s.why
		}
		if err := s.handle(kind, body); err != nil {
			s.link.counters.count(malformed)
			return err
		}
	}
}

// timedOut reports whether a deadline passed; each transport has its own error
// for it.
func timedOut(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// pause leaves what the peer sends unread for a while, which slows it down.
func (s *session) pause(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.ended:
		return false
	}
}

func (s *session) handle(kind recordKind, body []byte) error {
	switch kind {
	case recordAlive:
	case recordNeighbours:
		numbers, err := decodeNumbers(body)
		if err != nil {
			return err
		}
		s.neighbours.Store(&numbers)
	case recordBroadcast:
		if len(body) == 0 {
			return errRecord
		}
		if !s.link.heard.first(body) {
			s.link.counters.count(duplicate)
			return nil
		}
		s.link.emit(s.ended, radio.Heard{From: s.node, Data: body})
	case recordAddressed:
		if len(body) == 0 {
			return errRecord
		}
		s.link.emit(s.ended, radio.Heard{From: s.node, Data: body})
	case recordEdition:
		e, err := DecodeEdition(body)
		if err != nil {
			return err
		}
		s.hear(e)
	default: // a second Hello
		return errRecord
	}
	return nil
}

// write sends what is queued, as many records as there are in one go, and a
// sign of life when nothing was sent for a heartbeat.
func (s *session) write() {
	w := bufio.NewWriterSize(s.stream, recordHeader+radio.MaxMTU)
	alive := time.NewTicker(s.link.cfg.Heartbeat)
	defer alive.Stop()
	idle := false
	for {
		var err error
		select {
		case <-s.ended:
			return
		case f := <-s.queue:
			err = s.drain(w, f)
			idle = false
		case <-s.changed:
			err = s.writeChanged(w)
			idle = false
		case <-alive.C:
			if !idle { // something was sent since the last tick
				idle = true
				continue
			}
			s.stream.SetWriteDeadline(time.Now().Add(writeLimit))
			err = writeRecord(w, recordAlive, nil)
		}
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			if timedOut(err) {
				s.link.counters.count(stalled)
			}
			s.end(err)
			return
		}
	}
}

func (s *session) writeChanged(w *bufio.Writer) error {
	s.stream.SetWriteDeadline(time.Now().Add(writeLimit))
	if err := writeRecord(w, recordNeighbours, encodeNumbers(s.link.neighbours())); err != nil {
		return err
	}
	e, other := s.untold()
	if !other {
		return nil
	}
	s.told.Store(&e)
	return writeRecord(w, recordEdition, e.Encode())
}

// drain writes f and whatever waits behind it into w. The limit is set for
// each record, so that a slow peer is not taken for a stalled one.
func (s *session) drain(w *bufio.Writer, f outbound) error {
	for {
		s.stream.SetWriteDeadline(time.Now().Add(writeLimit))
		if err := writeRecord(w, f.kind, f.data); err != nil {
			return err
		}
		select {
		case f = <-s.queue:
		default:
			return nil
		}
	}
}

// push queues a frame, and waits for room until late is closed, which the
// caller shares among all peers of one frame.
func (s *session) push(f outbound, late <-chan struct{}) error {
	select {
	case s.queue <- f:
		return nil
	default:
	}
	select {
	case s.queue <- f:
		return nil
	case <-s.ended:
		return errStalled
	case <-s.link.ctx.Done():
		return radio.ErrClosed
	case <-late:
		s.link.counters.count(queueFull)
		return errStalled
	}
}

// reaches returns the nodes that the neighbour said it has admitted.
func (s *session) reaches() []ident.Number {
	if p := s.neighbours.Load(); p != nil {
		return *p
	}
	return nil
}
