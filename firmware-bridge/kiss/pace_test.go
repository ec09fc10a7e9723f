package kiss

import (
	"math/rand/v2"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

func paceOf(t *testing.T, url string) pace {
	t.Helper()
	u, err := bridge.ParseURL(url, Scheme, Params())
	if err != nil {
		t.Fatal(err)
	}
	p := radio.Profile{BitsPerSecond: u.Number("rate"), Overhead: u.Duration("txdelay") + u.Duration("tail")}
	return newPace(p, u)
}

func TestPace(t *testing.T) {
	ms := func(d time.Duration) int { return int(d.Milliseconds()) }
	for _, c := range []struct {
		url                  string
		n                    int
		draws, air, toModem  int // ms, rounded down
		wireBytes, doneAfter int
	}{
		// 104 bytes are 832 bits and 13 stuffed ones: 704 ms, and 400 ms of preamble and tail.
		{"kiss+tcp://h:1", 100, 800, 1104, 0, 103, 1904},
		{"kiss+tcp://h:1?persist=255", 100, 200, 1104, 0, 103, 1304},
		{"kiss+tcp://h:1?persist=255&slot=0s", 100, 0, 1104, 0, 103, 1104},
		{"kiss+tcp://h:1?persist=0&slot=10ms", 100, 5120, 1104, 0, 103, 6224},
		{"kiss+tcp://h:1?rate=9600&txdelay=100ms&tail=30ms", 250, 800, 345, 0, 253, 1145},
		{"kiss:///dev/a?baud=1200&slot=0s", 100, 0, 1104, 858, 103, 1962},
	} {
		p := paceOf(t, c.url)
		start := clock.Instant(0)
		f := p.launch(start, c.n, c.wireBytes)
		got := []int{ms(p.draws), ms(p.onAir(c.n)), ms(p.toModem(c.wireBytes)), ms(f.Done().Sub(start))}
		for i, want := range []int{c.draws, c.air, c.toModem, c.doneAfter} {
			if got[i] != want {
				t.Errorf("%s: draws, air, serial line, done in ms are %v, want %d at place %d", c.url, got, want, i)
			}
		}
	}
}

func TestHeardFramePutsOursBehindIt(t *testing.T) {
	p := paceOf(t, "kiss+tcp://h:1?persist=31") // 1.6 s for draws, 1.104 s on the air
	start := clock.Instant(0)
	for _, c := range []struct {
		name         string
		after, done  time.Duration
		heardHasSize int
	}{
		{"no room before it", time.Second, 1100*time.Millisecond + 2704*time.Millisecond, 100},
		{"ours may have gone out before it", 2200 * time.Millisecond, 2704 * time.Millisecond, 100},
	} {
		f := p.launch(start, 100, 103)
		f.Heard(start.Add(c.after), p.onAir(c.heardHasSize))
		if got := f.Done().Sub(start).Truncate(time.Millisecond); got != c.done {
			t.Errorf("%s: done after %v, want %v", c.name, got, c.done)
		}
	}
}

// TestLittleWaitsInTheModem runs the pace against a model of two modems that
// share a channel, in steps of 10 ms, with a host that always has a frame to
// send and a neighbour that sends now and then.
func TestLittleWaitsInTheModem(t *testing.T) {
	for seed := range uint64(5) {
		m := model{t: t, pace: paceOf(t, "kiss+tcp://h:1"), rng: rand.New(rand.NewPCG(seed, 1))}
		m.run(1500)
		most, sum := 0, 0
		for _, n := range m.waiting {
			most, sum = max(most, n), sum+n
		}
		mean := float64(sum) / float64(len(m.waiting))
		t.Logf("seed %d: frames in the modem at a hand-over: mean %.2f, most %d; channel ours %.0f %%, the other's %.0f %%",
			seed, mean, most, 100*m.share(m.ours), 100*m.share(m.others))
		if most > 3 || mean > 0.25 {
			t.Errorf("seed %d: frames in the modem at a hand-over: mean %.2f, most %d", seed, mean, most)
		}
	}
}

const modelStep = 10 * time.Millisecond

type model struct {
	t    *testing.T
	pace pace
	rng  *rand.Rand

	now               time.Duration
	inModem           []int // lengths of the frames that our modem holds
	sending           int   // how many of them are on the air
	ourEnd, otherEnd  time.Duration
	ourDraw, nextDraw time.Duration // when each draws next for a slot
	otherLength       int           // of the frame on the air
	otherWants        bool
	waiting           []int
	ours, others      time.Duration
}

func (m *model) share(d time.Duration) float64 { return float64(d) / float64(m.now) }

func (m *model) at() clock.Instant { return clock.Instant(m.now) }

func (m *model) run(frames int) {
	var f bridge.Flight
	for len(m.waiting) < frames {
		m.now += modelStep
		if m.otherLength > 0 && m.now >= m.otherEnd-m.pace.tail { // its frame ends before its tail
			f.Heard(m.at(), m.pace.onAir(m.otherLength))
			m.otherLength = 0
		}
		m.channel()
		if m.at() >= f.Done() {
			n := 20 + m.rng.IntN(230)
			m.waiting = append(m.waiting, len(m.inModem))
			m.inModem = append(m.inModem, n)
			f = m.pace.launch(m.at(), n, 0)
		}
	}
}

func (m *model) channel() {
	const slot = 100 * time.Millisecond
	if m.sending > 0 && m.now >= m.ourEnd {
		m.inModem, m.sending = m.inModem[m.sending:], 0
		m.ourDraw = m.now + slot
	}
	if m.rng.IntN(400) == 0 { // every four seconds
		m.otherWants = true
	}
	if m.now < m.ourEnd || m.now < m.otherEnd {
		m.ourDraw, m.nextDraw = max(m.ourDraw, m.now+slot), max(m.nextDraw, m.now+slot)
		return
	}
	if len(m.inModem) > 0 && m.now >= m.ourDraw {
		m.ourDraw = m.now + slot
		if m.rng.IntN(256) <= 63 {
			m.sending = len(m.inModem)
			m.ourEnd = m.now + m.pace.profile.Overhead
			for _, n := range m.inModem {
				m.ourEnd += m.pace.onAir(n) - m.pace.profile.Overhead
			}
			m.ours += m.ourEnd - m.now
			return
		}
	}
	if m.otherWants && m.now >= m.nextDraw {
		m.nextDraw = m.now + slot
		if m.rng.IntN(256) <= 63 {
			m.otherWants, m.otherLength = false, 20+m.rng.IntN(230)
			m.otherEnd = m.now + m.pace.onAir(m.otherLength)
			m.others += m.otherEnd - m.now
		}
	}
}
