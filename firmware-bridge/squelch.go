package bridge

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A radio that speech goes over as well has a line that says when its squelch is
// open. Where it is wired to a line of the serial port, the link holds its frame
// until nobody speaks. That the driver never sees: to it, the frame comes later.

const (
	squelchName = "squelch"
	noSquelch   = "no"
	// squelchLook is how often the line is looked at while a frame waits.
	squelchLook = 50 * time.Millisecond
	// squelchSpread is the most that a frame waits after the channel became free, at
	// random: others waited for the same moment.
	squelchSpread = 500 * time.Millisecond
	// squelchLimit is how long a frame waits. Then the node gets it back, and may
	// send a more urgent one first.
	squelchLimit = 10 * time.Second
)

// ErrChannelBusy: the frame did not leave, since the squelch was open all the time.
var ErrChannelBusy = errors.New("the channel is busy")

// Lines is a Port whose modem lines can be read: cts, dcd and dsr. It is asked
// between reads and writes, and must not wait.
type Lines interface {
	Line(name string) (high bool, err error)
}

func squelchWords() []string { return []string{noSquelch, "cts", "dcd", "dsr", "!cts", "!dcd", "!dsr"} }

// squelch is what an opening of the port keeps of it.
type squelch struct {
	busy    func() (bool, error) // nil: no line is wired
	waiting []byte               // the frame that waits for the channel
	since   time.Time            // that it waits
	spread  bool                 // the channel is free, and it waits a little longer
	look    *time.Timer
}

// listen prepares to look at a line.
func (s *talk) listen(word string) error {
	s.look = stopped()
	if word == noSquelch {
		return nil
	}
	lines, ok := s.port.(Lines)
	name := strings.TrimPrefix(word, "!")
	if !ok {
		return fmt.Errorf("%s: %s=%s, but this port has no line that can be read", s.port.Name(), squelchName, word)
	}
	s.busy = func() (bool, error) {
		high, err := lines.Line(name)
		if err != nil {
			return false, fmt.Errorf("%s: read the line %s: %w; leave out %s if it is not wired", s.port.Name(), name, err, squelchName)
		}
		return high == (name == word), nil
	}
	_, err := s.busy() // better now than with the first frame
	return err
}

// offer gives the driver a frame, once the channel is free.
func (s *talk) offer(data []byte) error {
	first := s.waiting == nil
	if s.busy == nil {
		return s.step(Transmit{Data: data})
	}
	busy, err := s.busy()
	switch {
	case err != nil:
		return err
	case !busy && (first || s.spread):
		s.waiting, s.spread = nil, false
		return s.step(Transmit{Data: data})
	case !busy:
		s.spread = true
		s.look.Reset(rand.N(squelchSpread))
		return nil
	case first:
		s.waiting, s.since = data, time.Now()
		s.link.holds()
	case time.Since(s.since) >= squelchLimit:
		s.waiting, s.spread = nil, false
		s.link.sent(ErrChannelBusy)
		return nil
	}
	s.spread = false
	s.look.Reset(squelchLook)
	return nil
}

// holds counts a frame that waits for the channel.
func (l *Link) holds() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held++
}
