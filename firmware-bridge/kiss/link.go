package kiss

import (
	"context"
	"fmt"
	"sync"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
)

// ErrTooShort refuses a frame of fewer than MinFrame bytes.
var ErrTooShort = fmt.Errorf("frame is shorter than the %d bytes that modems take", MinFrame)

// Link is a radio.Link over a KISS modem. It implements bridge.Counting.
type Link struct {
	profile radio.Profile
	port    uint8
	hello   []byte // settings for the modem, sent at each opening
	pace    pace
	limit   time.Duration // of a write
	events  *bridge.Events
	tx      chan []byte // the outstanding frame on its way to the session; holds one
	tally   tally
	stop    context.CancelFunc
	stopped chan struct{}

	mu      sync.Mutex
	state   state
	waiting bool   // a frame is outstanding
	why     string // of the last Down, not to tell the same twice
}

// down --opened--> up --failed--> down;  any --Close--> closed
type state uint8

const (
	down state = iota
	up
	closed
)

var (
	_ radio.Link      = (*Link)(nil)
	_ bridge.Counting = (*Link)(nil)
)

// Open returns the link that a URL names; the package comment says which URLs
// there are. Only a wrong URL is an error: the device is opened, and opened
// again, in the background, and need not be there yet.
func Open(rawURL string, options bridge.Options) (*Link, error) {
	u, err := bridge.ParseURL(rawURL, Scheme, Params())
	if err != nil {
		return nil, err
	}
	profile := radio.Profile{
		Name:          u.String(),
		MTU:           u.Number("mtu"),
		BitsPerSecond: u.Number("rate"),
		Overhead:      u.Duration("txdelay") + u.Duration("tail"),
	}
	ctx, stop := context.WithCancel(context.Background())
	l := &Link{
		profile: profile,
		port:    uint8(u.Number("port")),
		pace:    newPace(profile, u),
		limit:   options.WriteLimit,
		events:  bridge.NewEvents(),
		tx:      make(chan []byte, 1),
		stop:    stop,
		stopped: make(chan struct{}),
	}
	if l.limit <= 0 {
		l.limit = bridge.WriteLimit
	}
	l.hello = appendSettings(nil, u, l.port)
	open := options.Opener
	if open == nil {
		open = u.Opener()
	}
	backoff := options.Backoff
	go func() {
		defer close(l.stopped)
		bridge.Keep(ctx, open, &backoff, l.session, l.failed)
	}()
	return l, nil
}

// Profile describes the link. It never changes.
func (l *Link) Profile() radio.Profile { return l.profile }

// Send hands over one frame; Data is copied. Besides the errors that radio.Link
// names it returns ErrTooShort.
func (l *Link) Send(f radio.Frame) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch n := len(f.Data); {
	case l.state == closed:
		return radio.ErrClosed
	case n > l.profile.MTU:
		return fmt.Errorf("%w: %d bytes, MTU %d", radio.ErrTooLong, n, l.profile.MTU)
	case n < MinFrame:
		return fmt.Errorf("%w: %d bytes", ErrTooShort, n)
	case l.state == down:
		return radio.ErrDown
	case l.waiting:
		return radio.ErrBusy
	}
	l.waiting = true
	l.tx <- append([]byte(nil), f.Data...) // never blocks: one frame is outstanding
	return nil
}

// Receive waits for the next event.
func (l *Link) Receive() (radio.Event, error) { return l.events.Receive() }

// Close releases the device and ends a waiting Receive.
func (l *Link) Close() error {
	l.mu.Lock()
	l.state = closed
	l.mu.Unlock()
	l.events.Close()
	l.stop()
	<-l.stopped
	return nil
}

// opened is called when a session begins to work.
func (l *Link) opened() {
	l.mu.Lock()
	if l.state == down {
		l.state = up
	}
	l.why = ""
	l.mu.Unlock()
	l.events.Put(radio.Up{Profile: l.profile})
}

// sent reports the outstanding frame.
func (l *Link) sent(err error) {
	l.mu.Lock()
	l.waiting = false
	l.mu.Unlock()
	l.events.Put(radio.Sent{Err: err})
}

// failed is called when an opening or a session failed. A device that stays
// away for the same reason is reported once.
func (l *Link) failed(err error) {
	l.mu.Lock()
	wasUp, lost := l.state == up, l.waiting
	tell := wasUp || l.why != err.Error()
	if wasUp {
		l.state = down
	}
	l.waiting, l.why = false, err.Error()
	if lost {
		select { // the session may not have taken it yet
		case <-l.tx:
		default:
		}
	}
	l.mu.Unlock()
	if lost {
		l.events.Put(radio.Sent{Err: fmt.Errorf("%w: %w", radio.ErrDown, err)})
	}
	if tell {
		l.events.Put(radio.Down{Err: err})
	}
}
