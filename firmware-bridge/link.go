package bridge

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
)

// ErrTooShort refuses a frame that is shorter than the device can carry.
var ErrTooShort = errors.New("frame is shorter than the device takes")

// Link is the radio.Link of every family: it opens the port, again and again,
// and lets the family's Driver speak through it.
type Link struct {
	least   int // shortest frame
	baud    int // of the serial port, 0: none
	limit   time.Duration
	events  *Events
	tx      chan []byte // the outstanding frame on its way to the session; holds one
	shared  func(radio.Profile) radio.Profile
	squelch string    // line of the port that says that the channel is busy
	driver  Driver    // belongs to the goroutine that runs the sessions
	start   time.Time // of the driver's clock
	stop    context.CancelFunc
	stopped chan struct{}

	mu       sync.Mutex
	profile  radio.Profile
	about    string
	state    state
	waiting  bool   // a frame is outstanding
	why      string // of the last Down, not to tell the same twice
	counters []Counter
	held     uint64 // frames that waited for the channel, see squelch.go
}

// down --ready--> up --failed--> down;  any --Close--> closed
type state uint8

const (
	down state = iota
	up
	closed
)

var (
	_ radio.Link = (*Link)(nil)
	_ Counting   = (*Link)(nil)
	_ Telling    = (*Link)(nil)
)

// Open returns the link that a URL of the family names. Only a wrong URL is an
// error: the device is opened, and opened again, in the background, and need not
// be there yet.
func (f Family) Open(rawURL string, options Options) (*Link, error) {
	u, err := ParseURL(rawURL, f.Scheme, f.Params)
	if err != nil {
		return nil, err
	}
	driver, profile, err := f.New(u)
	if err != nil {
		return nil, fmt.Errorf("%w %q: %w", ErrURL, rawURL, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	l := &Link{
		least:    f.MinFrame,
		limit:    options.WriteLimit,
		events:   NewEvents(),
		tx:       make(chan []byte, 1),
		driver:   driver,
		start:    time.Now(),
		stop:     stop,
		stopped:  make(chan struct{}),
		profile:  u.shared(profile),
		shared:   u.shared,
		squelch:  u.Word(squelchName),
		counters: driver.Counters(),
	}
	if l.limit <= 0 {
		l.limit = WriteLimit
	}
	if u.Over == OverSerial {
		l.baud = u.Number(Baud.Name)
	}
	open := options.Opener
	if open == nil {
		open = u.Opener()
	}
	backoff := options.Backoff
	go func() {
		defer close(l.stopped)
		Keep(ctx, open, &backoff, l.session, l.failed)
	}()
	return l, nil
}

// Profile describes the link as it is now.
func (l *Link) Profile() radio.Profile {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.profile
}

// About says for people what device was found, "" while none was or where the
// device does not tell.
func (l *Link) About() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.about
}

// Counters implements Counting.
func (l *Link) Counters() []Counter {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append(l.counters[:len(l.counters):len(l.counters)],
		Counter{Name: "dropped: node busy", Count: l.events.Dropped()}, Counter{Name: "held: channel busy", Count: l.held})
}

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
	case n < l.least:
		return fmt.Errorf("%w: %d bytes, want %d", ErrTooShort, n, l.least)
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

// ready is called when the device works, and when what it is has changed.
func (l *Link) ready(r Ready) {
	r.Profile = l.shared(r.Profile)
	l.mu.Lock()
	tell := l.state == down || l.profile != r.Profile
	if l.state == down {
		l.state = up
	}
	l.profile, l.about, l.why = r.Profile, r.About, ""
	l.mu.Unlock()
	if tell {
		l.events.Put(radio.Up{Profile: r.Profile})
	}
}

// heard passes a frame on.
func (l *Link) heard(h Heard) { l.events.Put(radio.Heard{Data: h.Data, Signal: h.Signal}) }

// sent reports the outstanding frame.
func (l *Link) sent(err error) {
	l.mu.Lock()
	was := l.waiting
	l.waiting = false
	l.mu.Unlock()
	if was { // or a device that says so twice would hand the node a frame too many
		l.events.Put(radio.Sent{Err: err})
	}
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
	l.waiting, l.about, l.why = false, "", err.Error()
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

// counted takes over what the driver has counted.
func (l *Link) counted() {
	counters := l.driver.Counters()
	l.mu.Lock()
	l.counters = counters
	l.mu.Unlock()
}
