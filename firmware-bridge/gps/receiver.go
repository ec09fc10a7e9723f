package gps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Scheme is the scheme of the URLs; with "+tcp" for a receiver behind TCP.
const Scheme = "gps"

const (
	readBuffer = 1024
	// silence is how long a serial port may say nothing before it is opened anew.
	silence = 30 * time.Second
)

var (
	errHangup = errors.New("the receiver closed the connection")
	errSilent = errors.New("the receiver says nothing")
)

// Params returns the parameters of the URLs. 4800 bit/s is the standard's speed;
// receivers on USB do not care.
func Params() []bridge.Param {
	baud := bridge.Baud
	baud.Default = 4800
	return []bridge.Param{baud}
}

// Check reports what is wrong with a URL. It touches no device.
func Check(rawURL string) error {
	_, err := bridge.ParseURL(rawURL, Scheme, Params())
	return err
}

// Receiver reads one satellite receiver until it is closed.
type Receiver struct {
	url     string
	tell    func(at time.Time, f clock.Fix)
	start   time.Time
	stop    context.CancelFunc
	stopped chan struct{}

	mu       sync.Mutex
	state    State
	outcomes Outcomes
}

// State is how a receiver does.
type State struct {
	URL        string
	Trouble    string    // why it gives no time; empty while it does
	Satellites int       // in use
	Fixed      time.Time // when it last gave one; zero if it never did
}

// Open reads the receiver that a URL names, and calls tell with each time that
// it gives: the fix, and the moment of this machine's clocks at which it holds.
// tell must not block for long, and not call Close. Only a wrong URL is an error:
// the port is opened, and opened again, in the background, and need not be there
// yet.
func Open(rawURL string, options bridge.Options, tell func(at time.Time, f clock.Fix)) (*Receiver, error) {
	u, err := bridge.ParseURL(rawURL, Scheme, Params())
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &Receiver{url: u.String(), tell: tell, start: time.Now(), stop: stop, stopped: make(chan struct{})}
	r.state = State{URL: r.url, Trouble: "not opened yet"}
	open := options.Opener
	if open == nil {
		open = u.Opener()
	}
	backoff := options.Backoff
	go func() {
		defer close(r.stopped)
		bridge.Keep(ctx, open, &backoff, r.session, func(err error) { r.trouble(err.Error()) })
	}()
	return r, nil
}

// State returns how the receiver does.
func (r *Receiver) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// Counters tells what came from the receiver and what was dropped, and why.
func (r *Receiver) Counters() []bridge.Counter {
	r.mu.Lock()
	defer r.mu.Unlock()
	return []bridge.Counter{
		{Name: "gps sentences", Count: r.outcomes.Sentences},
		{Name: "gps dropped: checksum", Count: r.outcomes.BadChecksum},
		{Name: "gps dropped: malformed", Count: r.outcomes.Malformed},
		{Name: "gps dropped: oversize", Count: r.outcomes.Oversize},
	}
}

// Close releases the port. It returns when tell is not called any more.
func (r *Receiver) Close() error {
	r.stop()
	<-r.stopped
	return nil
}

func (r *Receiver) trouble(why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Trouble = why
}

// session reads one opening of the port.
func (r *Receiver) session(ctx context.Context, p bridge.Port) error {
	ended := context.AfterFunc(ctx, func() { _ = p.Close() }) // ends a waiting Read
	defer ended()
	r.trouble("no sentence yet; is the speed right?")
	var d Decoder
	var t Tracker
	buf := make([]byte, readBuffer)
	heard, began := time.Now(), time.Now()
	for {
		asked := time.Now()
		n, err := p.Read(buf)
		now := time.Now()
		for _, b := range buf[:n] {
			s, ok := d.Push(b)
			if ok {
				r.take(&t, s, began)
			}
			if b == '$' {
				began = now
			}
		}
		r.count(&d)
		switch {
		case errors.Is(err, io.EOF):
			return fmt.Errorf("%s: %w", p.Name(), errHangup)
		case err != nil:
			return fmt.Errorf("%s: %w", p.Name(), err)
		case n > 0:
			heard = now
		case now.Sub(heard) > silence:
			return fmt.Errorf("%s: %w for %v", p.Name(), errSilent, silence)
		case !bridge.Rest(asked, ctx.Done()):
			return ctx.Err()
		}
	}
}

func (r *Receiver) count(d *Decoder) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outcomes.Sentences += d.Sentences
	r.outcomes.BadChecksum += d.BadChecksum
	r.outcomes.Malformed += d.Malformed
	r.outcomes.Oversize += d.Oversize
	d.Outcomes = Outcomes{}
}

// take handles one sentence.
func (r *Receiver) take(t *Tracker, s Sentence, at time.Time) {
	fix, outcome := t.Take(s, Arrival{Mono: at.Sub(r.start), Wall: clock.WallOf(at)})
	r.mu.Lock()
	r.state.Satellites = t.Satellites
	switch outcome {
	case NoFix:
		r.state.Trouble = "no satellite fix yet; it needs a view of the sky"
	case BadTime:
		r.state.Trouble = "it gives a time that cannot be"
	case OldDate:
		r.state.Trouble = fmt.Sprintf("it says %s: an old receiver falls back by 1,024 weeks, replace it", t.Date.Format(time.DateOnly))
	case Settling:
		r.state.Trouble = "it has to run steadily for a moment"
	case Fixed:
		r.state.Trouble, r.state.Fixed = "", at
	case NotTime, Repeated:
	}
	r.mu.Unlock()
	if outcome == Fixed {
		r.tell(at, fix)
	}
}
