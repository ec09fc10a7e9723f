package links

import (
	"errors"
	"fmt"
	"sync"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
)

// errNoChannel is why a link is off before it was told a channel.
var errNoChannel = errors.New("it waits for the radio plan")

// Tuned is a radio.Link whose parameters change while it is in use: the link of a
// family, closed and opened with another URL each time. What changes is seen as any
// other loss of the device: a Down, and an Up when the radio works again. A frame that
// was outstanding is reported as not sent.
type Tuned struct {
	name   string
	open   func(rawURL string) (radio.Link, error)
	events *bridge.Events
	tuning sync.Mutex // one Tune at a time

	mu      sync.Mutex // guards what follows
	inner   radio.Link // nil: off
	url     string     // that it was opened with
	why     string     // it is off
	up      bool
	waiting bool // a frame is outstanding
	closed  bool
	pumped  chan struct{} // closed when nothing comes from inner any more
}

var (
	_ radio.Link      = (*Tuned)(nil)
	_ bridge.Counting = (*Tuned)(nil)
	_ bridge.Telling  = (*Tuned)(nil)
)

// NewTuned returns a link that is off. open opens a URL that Tune gives.
func NewTuned(name string, open func(rawURL string) (radio.Link, error)) *Tuned {
	return &Tuned{name: name, open: open, events: bridge.NewEvents(), why: errNoChannel.Error()}
}

// Tune opens the link with a URL, "" to switch it off, and says why for people. With
// the URL that it has, it does nothing.
func (t *Tuned) Tune(rawURL string, why error) error {
	t.tuning.Lock()
	defer t.tuning.Unlock()
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return radio.ErrClosed
	}
	same := t.inner != nil && t.url == rawURL || t.inner == nil && rawURL == "" && why.Error() == t.why
	t.mu.Unlock()
	if same {
		return nil
	}
	t.leave(why)
	if rawURL == "" {
		t.events.Put(radio.Down{Err: why})
		return nil
	}
	l, err := t.open(rawURL)
	if err != nil {
		t.events.Put(radio.Down{Err: err})
		return fmt.Errorf("retune: %w", err)
	}
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return l.Close()
	}
	t.inner, t.url, t.pumped = l, rawURL, make(chan struct{})
	go t.pump(l, t.pumped)
	t.mu.Unlock()
	return nil
}

// leave closes the link that is open, and tells what became of it.
func (t *Tuned) leave(why error) {
	t.mu.Lock()
	inner, pumped, up, waiting := t.inner, t.pumped, t.up, t.waiting
	t.inner, t.url, t.up, t.waiting, t.why = nil, "", false, false, why.Error()
	t.mu.Unlock()
	if inner == nil {
		return
	}
	_ = inner.Close() // the device is given up whatever it says
	<-pumped
	if waiting {
		t.events.Put(radio.Sent{Err: fmt.Errorf("%w: %w", radio.ErrDown, why)})
	}
	if up {
		t.events.Put(radio.Down{Err: why})
	}
}

// pump passes on what comes from a link until it is closed. Once it is left, nothing
// of it counts.
func (t *Tuned) pump(l radio.Link, done chan struct{}) {
	defer close(done)
	for {
		event, err := l.Receive()
		if err != nil {
			return
		}
		t.mu.Lock()
		stale := t.inner != l
		if !stale {
			switch event.(type) {
			case radio.Up:
				t.up = true
			case radio.Down:
				t.up = false
			case radio.Sent:
				t.waiting = false
			}
		}
		t.mu.Unlock()
		if !stale {
			t.events.Put(event)
		}
	}
}

// Profile describes the link as it is now.
func (t *Tuned) Profile() radio.Profile {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.inner == nil {
		return radio.Profile{Name: t.name, MTU: radio.MinMTU}
	}
	return t.inner.Profile()
}

// device is the link that is open now, nil: none.
func (t *Tuned) device() radio.Link {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.inner
}

// About says what device the link that is open now found.
func (t *Tuned) About() string {
	if l, ok := t.device().(bridge.Telling); ok {
		return l.About()
	}
	return ""
}

// Counters are those of the link that is open now: they begin anew with each Tune.
func (t *Tuned) Counters() []bridge.Counter {
	if l, ok := t.device().(bridge.Counting); ok {
		return l.Counters()
	}
	return nil
}

// Send hands over one frame.
func (t *Tuned) Send(f radio.Frame) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.closed:
		return radio.ErrClosed
	case t.inner == nil:
		return radio.ErrDown
	}
	err := t.inner.Send(f)
	if err == nil {
		t.waiting = true
	}
	return err
}

// Receive waits for the next event.
func (t *Tuned) Receive() (radio.Event, error) { return t.events.Receive() }

// Close releases the device and ends a waiting Receive.
func (t *Tuned) Close() error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.events.Close() // before the lock: a Tune may wait for room among the events
	t.tuning.Lock()
	defer t.tuning.Unlock()
	t.leave(radio.ErrClosed)
	return nil
}
