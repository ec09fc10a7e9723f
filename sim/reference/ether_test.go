package reference

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// ether is a channel without collisions for tests of protocols: who hears whom, what
// is lost, and a watch on what every actor does.
type ether struct {
	t      *testing.T
	luck   *rand.Rand
	now    clock.Instant
	actors []Actor
	reach  [][]int // by transmitter: who hears it
	loss   float64
	onAir  func(bytes int) time.Duration
	busy   []bool // transmits
	line   clock.Agenda[func()]

	frames    []frameOnAir
	delivered map[[2]int]int // by message and node
	acked     map[int]int
	failed    map[int]int
}

type frameOnAir struct {
	from int
	data []byte
}

// newEther puts nodes on a channel where those whose numbers differ by up to reach
// hear each other.
func newEther(t *testing.T, p Protocol, seed uint64, nodes, reach int, loss float64) *ether {
	t.Helper()
	e := &ether{t: t, luck: rand.New(rand.NewPCG(seed, 1)), loss: loss, busy: make([]bool, nodes), reach: make([][]int, nodes),
		onAir:     func(n int) time.Duration { return time.Duration(100+5*n) * time.Millisecond },
		delivered: map[[2]int]int{}, acked: map[int]int{}, failed: map[int]int{}}
	for i := range nodes {
		for j := range nodes {
			if i != j && max(i-j, j-i) <= reach {
				e.reach[i] = append(e.reach[i], j)
			}
		}
		e.actors = append(e.actors, p.New(Node{Self: i, Nodes: nodes, Luck: rand.New(rand.NewPCG(seed, uint64(2+i))),
			Links: []Link{{MTU: 255, Airtime: e.onAir, Busy: func() bool { return e.hears(i) }, Sensitivity: -131.5}}}))
	}
	return e
}

func (e *ether) hears(i int) bool {
	for j, busy := range e.busy {
		if busy && (i == j || max(i-j, j-i) <= 1) {
			return true
		}
	}
	return false
}

func (e *ether) step(i int, ev Event) {
	for _, a := range e.actors[i].Step(e.now, ev) {
		switch a := a.(type) {
		case Transmit:
			e.transmit(i, a)
		case Deliver:
			e.delivered[[2]int{a.N, i}]++
		case Acknowledged:
			e.acked[a.N]++
		case Failed:
			e.failed[a.N]++
		}
	}
}

func (e *ether) transmit(i int, a Transmit) {
	if e.busy[i] {
		e.t.Fatalf("%v: node %d transmits twice at once", e.now, i)
	}
	if len(a.Data) > 255 {
		e.t.Fatalf("%v: node %d transmits %d bytes", e.now, i, len(a.Data))
	}
	e.busy[i] = true
	e.frames = append(e.frames, frameOnAir{i, a.Data})
	e.line.Put(e.now.Add(e.onAir(len(a.Data))), 0, func() {
		e.busy[i] = false
		for _, j := range e.reach[i] {
			if e.luck.Float64() >= e.loss && !e.busy[j] {
				e.step(j, Heard{Link: 0, From: Everyone, Data: a.Data, RSSI: -120 + float64(e.luck.IntN(20)), SNR: float64(e.luck.IntN(30) - 18)})
			}
		}
		e.step(i, Sent{Link: 0, OK: true})
	})
}

func (e *ether) write(at time.Duration, m Message) {
	e.line.Put(clock.Instant(at), 0, func() { e.step(m.From, Submit{m}) })
}

// run lets everything happen up to an instant.
func (e *ether) run(until time.Duration) {
	for {
		at, ok := e.line.Next()
		who := -1
		for i, a := range e.actors {
			if due, wants := a.Deadline(); wants && (!ok || max(due, e.now) < at) {
				at, ok, who = max(due, e.now), true, i
			}
		}
		if !ok || at > clock.Instant(until) {
			return
		}
		e.now = at
		if who >= 0 {
			e.step(who, Wake{})
			continue
		}
		_, happen := e.line.Take()
		happen()
	}
}

// checkDeliveries demands that nothing came twice, or to somebody for whom it is not.
func (e *ether) checkDeliveries(messages []Message) {
	e.t.Helper()
	for key, n := range e.delivered {
		m := messages[key[0]]
		if n > 1 {
			e.t.Errorf("message %d came to node %d %d times", m.N, key[1], n)
		}
		if key[1] == m.From || m.To != Everyone && m.To != key[1] {
			e.t.Errorf("message %d from %d to %d came to node %d", m.N, m.From, m.To, key[1])
		}
	}
	for n := range e.acked {
		if m := messages[n]; m.To == Everyone || e.delivered[[2]int{n, m.To}] != 1 {
			e.t.Errorf("message %d to %d counts as arrived, and is not there", n, m.To)
		}
	}
}

// stage plays a script to one actor.
type stage struct {
	t     *testing.T
	now   clock.Instant
	actor Actor
	busy  bool
}

func newStage(t *testing.T, p Protocol, self int) *stage {
	t.Helper()
	s := &stage{t: t}
	s.actor = p.New(Node{Self: self, Nodes: 10, Luck: rand.New(rand.NewPCG(1, 2)), Links: []Link{{
		MTU: 255, Airtime: func(n int) time.Duration { return time.Duration(n) * 10 * time.Millisecond },
		Busy: func() bool { return s.busy }, Sensitivity: -131.5}}})
	return s
}

// after lets time pass, waking the actor when it wants to be, and returns what it did
// in words.
func (s *stage) after(d time.Duration, describe func(Action) string) (did []string) {
	end := s.now.Add(d)
	for range 100_000 {
		due, ok := s.actor.Deadline()
		if !ok || max(due, s.now) > end {
			s.now = end
			return did
		}
		s.now = max(due, s.now)
		did = append(did, s.tell(Wake{}, describe)...)
	}
	s.t.Fatal("the actor wants to be woken for ever")
	return nil
}

func (s *stage) tell(ev Event, describe func(Action) string) (did []string) {
	for _, a := range s.actor.Step(s.now, ev) {
		did = append(did, describe(a))
	}
	return did
}

func describe(a Action) string {
	switch a := a.(type) {
	case Deliver:
		return fmt.Sprintf("deliver %d", a.N)
	case Acknowledged:
		return fmt.Sprintf("acknowledged %d", a.N)
	case Failed:
		return fmt.Sprintf("failed %d", a.N)
	}
	return fmt.Sprintf("%T", a)
}
