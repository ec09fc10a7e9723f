package bridge

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// wired is a port whose lines are set by a test.
type wired struct {
	mu     sync.Mutex
	lines  map[string]bool
	broken error
	closed chan struct{}
	once   sync.Once
}

func newWired() *wired { return &wired{lines: map[string]bool{}, closed: make(chan struct{})} }

func (p *wired) Name() string                { return "wired" }
func (p *wired) Write(b []byte) (int, error) { return len(b), nil }

func (p *wired) Read([]byte) (int, error) {
	<-p.closed
	return 0, io.EOF
}

func (p *wired) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *wired) Line(name string) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines[name], p.broken
}

func (p *wired) set(name string, high bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines[name] = high
}

// plain is a port without lines.
type plain struct{ Port }

// instant is a driver whose frames have left as soon as they are handed over.
type instant struct{}

func (instant) Counters() []Counter { return nil }

func (instant) Step(_ clock.Instant, in Input) []Output {
	switch in.(type) {
	case Opened:
		return []Output{Ready{Profile: radio.Profile{Name: "instant", MTU: 255}}}
	case Transmit:
		return []Output{Sent{}}
	}
	return nil
}

// squelched opens a link over a port, and returns the events that it tells.
func squelched(t *testing.T, query string, p Port) (*Link, chan radio.Event) {
	t.Helper()
	f := Family{Scheme: "x", Params: []Param{Baud}, New: func(*URL) (Driver, radio.Profile, error) {
		return instant{}, radio.Profile{Name: "instant", MTU: 255}, nil
	}}
	l, err := f.Open("x:///dev/x"+query, Options{Opener: func(context.Context) (Port, error) { return p, nil }})
	if err != nil {
		t.Fatal(err)
	}
	events := make(chan radio.Event, 16)
	go func() {
		for {
			e, err := l.Receive()
			if err != nil {
				return
			}
			events <- e
		}
	}()
	return l, events
}

// sentAfter hands a frame over and returns how long it took, and what became of it.
func sentAfter(t *testing.T, l *Link, events chan radio.Event) (time.Duration, error) {
	t.Helper()
	begun := time.Now()
	if err := l.Send(radio.Frame{Data: []byte("frame")}); err != nil {
		t.Fatal(err)
	}
	e := <-events
	sent, ok := e.(radio.Sent)
	if !ok {
		t.Fatalf("%T%v", e, e)
	}
	return time.Since(begun), sent.Err
}

func TestAFrameWaitsForTheChannel(t *testing.T) {
	for _, c := range []struct {
		query string
		busy  bool // the line when somebody speaks
	}{{"?squelch=dcd", true}, {"?squelch=!dcd", false}} {
		synctest.Test(t, func(t *testing.T) {
			p := newWired()
			p.set("dcd", !c.busy)
			l, events := squelched(t, c.query, p)
			defer l.Close()
			if _, ok := (<-events).(radio.Up); !ok {
				t.Fatal("not up")
			}
			if took, err := sentAfter(t, l, events); took != 0 || err != nil {
				t.Errorf("on a free channel: %v, %v", took, err)
			}
			const speech = 3 * time.Second
			p.set("dcd", c.busy)
			time.AfterFunc(speech, func() { p.set("dcd", !c.busy) })
			if took, err := sentAfter(t, l, events); took < speech || took > speech+squelchLook+squelchSpread || err != nil {
				t.Errorf("while somebody speaks for %v: %v, %v", speech, took, err)
			}
			p.set("dcd", c.busy)
			if took, err := sentAfter(t, l, events); took < squelchLimit || took > squelchLimit+squelchLook || !errors.Is(err, ErrChannelBusy) {
				t.Errorf("while somebody speaks on and on: %v, %v", took, err)
			}
			for _, k := range l.Counters() {
				if k.Name == "held: channel busy" && k.Count != 2 {
					t.Errorf("%d frames were held", k.Count)
				}
			}
		})
	}
}

func TestALineThatCannotBeReadIsNamed(t *testing.T) {
	broken := newWired()
	broken.broken = errors.New("no such line")
	for name, c := range map[string]struct {
		port Port
		want string
	}{
		"no lines": {plain{newWired()}, "wired: squelch=cts, but this port has no line that can be read"},
		"broken":   {broken, "wired: read the line cts: no such line; leave out squelch if it is not wired"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, events := squelched(t, "?squelch=cts", c.port)
				defer l.Close()
				if d, ok := (<-events).(radio.Down); !ok || !strings.Contains(d.Err.Error(), c.want) {
					t.Errorf("%v, want %s", d.Err, c.want)
				}
			})
		})
	}
}

func TestBurstAndPause(t *testing.T) {
	for query, want := range map[string][2]time.Duration{
		"": {}, "?burst=3s": {3 * time.Second, 3 * time.Second}, "?burst=3s&pause=8s": {3 * time.Second, 8 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			l, events := squelched(t, query, newWired())
			defer l.Close()
			up, ok := (<-events).(radio.Up)
			if !ok || up.Profile.Burst != want[0] || up.Profile.Pause != want[1] || l.Profile() != up.Profile {
				t.Errorf("%q: %+v", query, up.Profile)
			}
		})
	}
	for query, want := range map[string]string{
		"?pause=3s":               "parameter pause has no meaning without burst",
		"?burst=1ms":              "longest time on the air at a stretch",
		"?opener=tarm&squelch=ct": "want one of no, cts, dcd, dsr",
		"?expect=999":             "want a number of 0..255",
	} {
		if _, err := ParseURL("x:///dev/x"+query, "x", []Param{Baud}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", query, err, want)
		}
	}
	if _, err := ParseURL("x+tcp://localhost:1?squelch=cts", "x", []Param{Baud}); err == nil {
		t.Error("a squelch behind TCP is taken")
	}
}
