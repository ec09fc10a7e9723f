package segment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

const second = clock.Instant(time.Second)

// walkers is how the ONE connects people who walk: 1,000 bytes a second, one transfer at
// a time, talk of up to 40 bytes for nothing.
func walkers() Config {
	return Config{BitsPerSecond: 8000, HalfDuplex: true, Broadcast: true, Uncharged: 40}
}

func lan() Config {
	return Config{BitsPerSecond: 8000, Delay: [2]time.Duration{time.Millisecond, 5 * time.Millisecond}, Broadcast: true}
}

// script drives a segment with lines such as "1.5 send 0 2 600" and writes down what the
// stations notice, each with its time in seconds.
func script(t *testing.T, cfg Config, stations int, lines string) string {
	t.Helper()
	s := New(cfg)
	for i := range stations {
		s.Join(rand.New(rand.NewPCG(uint64(i), 7)))
	}
	var out strings.Builder
	run := func(until clock.Instant) {
		for {
			next, ok := s.Next()
			if !ok || next > until {
				return
			}
			for _, e := range s.Advance(next) {
				write(&out, e)
			}
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		var at float64
		var verb string
		var a, b, n int
		fmt.Sscan(line, &at, &verb, &a, &b, &n)
		now := clock.Instant(at * float64(second))
		run(now)
		switch verb {
		case "up":
			s.Connect(now, a, b)
		case "down":
			s.Disconnect(now, a, b)
		case "off":
			s.Off(now, a)
		case "on":
			s.On(now, a)
		case "send":
			if !s.Send(now, a, b, make([]byte, n)) {
				fmt.Fprintf(&out, "%.3f %d no\n", at, a)
			}
		default:
			t.Fatalf("no such line: %s", line)
		}
	}
	run(clock.Never)
	for i, st := range s.stations {
		if st.sending != nil || st.getting != nil {
			t.Errorf("station %d is not at rest: %+v", i, st)
		}
	}
	return out.String()
}

func write(out *strings.Builder, e Event) {
	secs := func(at clock.Instant) float64 { return float64(at) / float64(second) }
	switch e := e.(type) {
	case Delivered:
		fmt.Fprintf(out, "%.3f %d gets %d of %d\n", secs(e.At), e.Station, len(e.Data), e.From)
	case Sent:
		fmt.Fprintf(out, "%.3f %d sent %v\n", secs(e.At), e.Station, e.OK)
	case Contact:
		fmt.Fprintf(out, "%.3f %d sees %d %v\n", secs(e.At), e.Station, e.Other, e.Up)
	}
}

// scene is a script and what the stations notice.
type scene struct {
	name  string
	cfg   Config
	lines string
	want  string
}

// frames is what becomes of single frames.
func frames() []scene {
	fixed := lan()
	fixed.Delay = [2]time.Duration{10 * time.Millisecond, 10 * time.Millisecond}
	narrow := fixed
	narrow.MTU, narrow.Broadcast = 100, false
	return []scene{
		{"a frame takes its time and its delay", fixed, "0 up 0 1\n1 send 0 1 500", `
			0.000 0 sees 1 true
			0.000 1 sees 0 true
			1.500 0 sent true
			1.510 1 gets 500 of 0`},
		{"one frame is outstanding", fixed, "0 up 0 1\n1 send 0 1 500\n1.2 send 0 1 500", `
			0.000 0 sees 1 true
			0.000 1 sees 0 true
			1.200 0 no
			1.500 0 sent true
			1.510 1 gets 500 of 0`},
		{"too long, and to everyone where there is no such thing", narrow, "0 send 0 1 101\n0 send 0 -1 10", `
			0.000 0 no
			0.000 0 no`},
		{"a frame is lost with its connection", fixed, "0 up 0 1\n1 send 0 1 500\n1.3 down 0 1", `
			0.000 0 sees 1 true
			0.000 1 sees 0 true
			1.300 0 sent false
			1.300 0 sees 1 false
			1.300 1 sees 0 false`},
		{"and so it is while it is delayed", fixed, "0 up 0 1\n1 send 0 1 500\n1.505 down 0 1", `
			0.000 0 sees 1 true
			0.000 1 sees 0 true
			1.500 0 sent true
			1.505 0 sees 1 false
			1.505 1 sees 0 false`},
		{"a broadcast is lost for one of its hearers", fixed, "0 up 0 1\n0 up 0 2\n1 send 0 -1 500\n1.3 down 0 1", `
			0.000 0 sees 1 true
			0.000 1 sees 0 true
			0.000 0 sees 2 true
			0.000 2 sees 0 true
			1.300 0 sees 1 false
			1.300 1 sees 0 false
			1.500 0 sent true
			1.510 2 gets 500 of 0`},
		{"nobody there", fixed, "0 send 0 1 500", `
			0.500 0 sent false`},
		{"nobody there, half duplex", walkers(), "0 send 0 1 500", `
			0.000 0 sent false`},
	}
}

// changes is what comes with connections, power, half duplex and steps.
func changes() []scene {
	fixed := lan()
	fixed.Delay = [2]time.Duration{10 * time.Millisecond, 10 * time.Millisecond}
	slow := fixed
	slow.Notice = 200 * time.Millisecond
	steps := walkers()
	steps.Step = time.Second
	return []scene{
		{"changes are noticed late, a short break as gone and come", slow, "0 up 0 1\n1 down 0 1\n1.1 up 0 1", `
			0.200 0 sees 1 true
			0.200 1 sees 0 true
			1.200 0 sees 1 false
			1.200 0 sees 1 true
			1.200 1 sees 0 false
			1.200 1 sees 0 true`},
		{"a break that was over before it was told of its beginning", slow, "0 up 0 1\n0.1 down 0 1", ``},
		{"power", fixed, "0 up 0 1\n1 send 0 1 500\n1.2 off 0\n1.3 send 1 0 10\n2 on 0\n3 send 0 1 500", `
			0.000 0 sees 1 true
			0.000 1 sees 0 true
			1.200 1 sees 0 false
			1.310 1 sent false
			2.000 0 sees 1 true
			2.000 1 sees 0 true
			3.500 0 sent true
			3.510 1 gets 500 of 0`},
		{"one transfer at a time, talk for nothing", walkers(), "0 up 0 1\n0 up 1 2\n1 send 0 1 540\n1.1 send 2 1 140\n1.2 send 1 2 140\n1.3 send 2 1 40\n1.4 send 1 2 40\n1.5 send 2 1 140", `
			0.000 0 sees 1 true
			0.000 1 sees 0 true
			0.000 1 sees 2 true
			0.000 2 sees 1 true
			1.100 2 sent false
			1.200 1 sent false
			1.300 1 gets 40 of 2
			1.300 2 sent true
			1.400 2 gets 40 of 1
			1.400 1 sent true
			1.500 1 gets 540 of 0
			1.500 0 sent true
			1.600 1 gets 140 of 2
			1.600 2 sent true`},
		{"in steps: through at the next whole one, whatever its length", steps, "0 up 0 1\n1.00005 send 0 1 240\n3.00005 send 0 1 1040\n5 send 0 1 1041", `
			0.000 0 sees 1 true
			0.000 1 sees 0 true
			2.000 1 gets 240 of 0
			2.000 0 sent true
			4.000 1 gets 1040 of 0
			4.000 0 sent true
			7.000 1 gets 1041 of 0
			7.000 0 sent true`},
		{"in steps: its last bit decides", steps, "0 up 0 1\n1.00005 send 0 1 540\n1.6 down 0 1\n3 up 0 1\n3 send 0 1 540\n3.4 down 0 1", `
			0.000 0 sees 1 true
			0.000 1 sees 0 true
			1.600 0 sees 1 false
			1.600 1 sees 0 false
			2.000 1 gets 540 of 0
			2.000 0 sent true
			3.000 0 sees 1 true
			3.000 1 sees 0 true
			3.400 0 sent false
			3.400 0 sees 1 false
			3.400 1 sees 0 false`},
	}
}

func TestScripts(t *testing.T) {
	for _, c := range slices.Concat(frames(), changes()) {
		got := script(t, c.cfg, 3, c.lines)
		want := strings.ReplaceAll(strings.TrimLeft(c.want, "\n"), "\t", "")
		if strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

// TestImpossibleSegments panic, as a channel does that no scenario can mean.
func TestImpossibleSegments(t *testing.T) {
	for _, cfg := range []Config{{}, {BitsPerSecond: 1, Loss: 1.1}, {BitsPerSecond: 1, Delay: [2]time.Duration{2, 1}}, {BitsPerSecond: 1, Step: -1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v was taken", cfg)
				}
			}()
			New(cfg)
		}()
	}
}
