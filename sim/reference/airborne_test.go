package reference

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestOnTheAir: nodes in a line, each hears the next on either side, and a tenth of all
// frames is lost. Epidemic and spray with copies for all of them bring everything, direct
// what is for a neighbour.
func TestOnTheAir(t *testing.T) {
	const nodes = 6
	for seed := range uint64(12) {
		for _, p := range []Protocol{Epidemic{}, Spray{Copies: 64}, Direct{}} {
			e := newEther(t, p, seed, nodes, 1, 0.1)
			var messages []Message
			for n := range 8 {
				m := Message{N: n, From: n % nodes, To: (n*3 + 1) % nodes, Bytes: 40 + n, Expires: 20 * 3600 * second}
				if m.To == m.From {
					m.To = (m.To + 1) % nodes
				}
				if n == 7 {
					m.To = Everyone
				}
				messages = append(messages, m)
				e.write(time.Duration(n)*time.Minute, m)
			}
			e.run(6 * time.Hour)
			e.checkDeliveries(messages)
			for n, m := range messages {
				for to := range nodes {
					near := max(m.From-to, to-m.From) == 1
					if wants := to != m.From && (m.To == Everyone || m.To == to); wants && (near || p.Name() != "direct") && e.delivered[[2]int{n, to}] == 0 {
						t.Errorf("seed %d: %s does not bring message %d from %d to %d", seed, p.Name(), n, m.From, to)
					}
				}
			}
		}
	}
}

// TestNoQuotaIsExceededOnTheAir: an answer that is lost costs copies, and makes none.
func TestNoQuotaIsExceededOnTheAir(t *testing.T) {
	const copies = 5
	for seed := range uint64(20) {
		e := newEther(t, Spray{Copies: copies}, seed, 8, 3, 0.4)
		for n := range 5 {
			e.write(time.Duration(n)*time.Minute, Message{N: n, From: n, To: 7, Bytes: 40, Expires: 20 * 3600 * second})
		}
		for at := time.Minute; at < 2*time.Hour; at += 20 * time.Second {
			e.run(at)
			for n := range 5 {
				if sum := e.copies(n); sum > copies {
					t.Fatalf("seed %d: %d copies of message %d after %v", seed, sum, n, at)
				}
			}
		}
	}
}

// copies counts those of a message; of one that is on its way, what its sender will keep.
func (e *ether) copies(n int) (sum int) {
	for _, a := range e.actors {
		c := a.(*airborne).inner.(*carrier)
		for _, m := range c.buffer.messages {
			switch {
			case m.N == n && m == c.sending:
				keeps, _ := c.rules.split(m.copies)
				sum += keeps
			case m.N == n:
				sum += m.copies
			}
		}
	}
	return sum
}

// describeAir says what an airborne actor does.
func describeAir(a Action) string {
	tr, ok := a.(Transmit)
	if !ok {
		return describe(a)
	}
	h, frame, ok := decodeAir(tr.Data)
	if !ok {
		return "nonsense"
	}
	name := []string{"", "hello", "news", "for", "answer"}[h.kind]
	if talk, ok := decodeTalk(frame); ok && talk.kind == kindData {
		name += fmt.Sprintf(" m%d", talk.parcel.message.N)
	}
	return fmt.Sprintf("%s %d>%d", name, h.from, h.to)
}

// TestAirborneRules plays what a node hears to one actor, and what it does.
func TestAirborneRules(t *testing.T) {
	s := newStage(t, Epidemic{}, 1)
	step := func(what string, did []string, want ...string) {
		t.Helper()
		if strings.Join(did, ", ") != strings.Join(want, ", ") {
			t.Errorf("%s: %q, want %q", what, did, want)
		}
	}
	sent := func() []string { return s.tell(Sent{OK: true}, describeAir) }
	hears := func(h airHead, frame []byte) []string {
		return s.tell(Heard{From: Everyone, Data: encodeAir(h, frame)}, describeAir)
	}
	seq := s.actor.(*airborne).radios[0].seq + 1 // of its first frame
	step("it says hello", s.after(4*time.Minute, describeAir), "hello 1>-1")
	step("nobody there", sent())
	step("somebody writes", s.tell(Submit{Message{N: 0, From: 1, To: 3, Bytes: 40, Expires: 100_000 * second}}, describeAir))
	step("somebody is heard: it tells what it has", hears(airHead{kind: airHello, from: 2, to: Everyone}, nil), "for 1>2")
	step("it waits for an answer", sent())
	step("it says hello to the new one, and tells again", s.after(20*time.Second, describeAir)[:1], "for 1>2")
	sent()
	step("another's answer", hears(airHead{kind: airAnswer, from: 3, to: 1, seq: seq}, nil))
	got := hears(airHead{kind: airAnswer, from: 2, to: 1, seq: seq}, nil)
	if len(got) != 1 || !strings.HasPrefix(got[0], "for") {
		t.Errorf("the answer: %q", got)
	}
}

// TestGivesUp: a neighbour that answers no more is gone after three tries, until it is
// heard again.
func TestGivesUp(t *testing.T) {
	s := newStage(t, Epidemic{}, 1)
	s.tell(Submit{Message{N: 0, From: 1, To: 3, Bytes: 40, Expires: 100_000 * second}}, describeAir)
	tries := map[string]int{}
	note := func(did []string) {
		for _, d := range did {
			tries[d]++
			s.tell(Sent{OK: true}, describeAir)
		}
	}
	note(s.tell(Heard{Data: encodeAir(airHead{kind: airHello, from: 2, to: Everyone}, nil)}, describeAir))
	for range 100 {
		note(s.after(time.Second, describeAir))
	}
	if tries["for 1>2"] != airTries || len(s.actor.(*airborne).radios[0].hears) != 0 {
		t.Errorf("%v", tries)
	}
	note(s.tell(Heard{Data: encodeAir(airHead{kind: airHello, from: 2, to: Everyone}, nil)}, describeAir))
	if tries["for 1>2"] != airTries+1 {
		t.Errorf("heard again: %v", tries)
	}
}

// TestAnswersTwice: a frame that comes again is answered again, and taken once.
func TestAnswersTwice(t *testing.T) {
	s := newStage(t, Epidemic{}, 1)
	frame := encodeAir(airHead{kind: airFor, from: 2, to: 1, seq: 9}, encodeData(parcel{message: Message{N: 4, From: 2, To: 1, Bytes: 40, Expires: 100_000 * second}, copies: 1}))
	first := s.tell(Heard{Data: frame}, describeAir)
	var again []string
	for range 3 {
		s.tell(Sent{OK: true}, describeAir)
	}
	again = s.tell(Heard{Data: frame}, describeAir)
	if strings.Join(first, ", ") != "deliver 4, answer 1>2" || strings.Contains(strings.Join(again, ", "), "deliver") {
		t.Errorf("%q, then %q", first, again)
	}
}

func TestAirReadBack(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 13))
		var items []item
		for range 1 + rng.IntN(newsMost) {
			items = append(items, item{n: rng.IntN(numbersMost), to: rng.IntN(60_000) - 1, gone: rng.IntN(2) == 0})
		}
		frames := [][]byte{nil, encodeNews(items), encodeAsk(), encodeData(parcel{copies: rng.IntN(256), message: Message{
			N: rng.IntN(numbersMost), From: rng.IntN(60_000), To: rng.IntN(60_000) - 1, Bytes: rng.IntN(200), Expires: second * 5}})}
		for i, frame := range frames {
			h := airHead{kind: airTalk, from: rng.IntN(60_000), to: rng.IntN(60_000) - 1, seq: byte(rng.IntN(256))}
			if i == 0 {
				h.kind = airAnswer
			}
			data := encodeAir(h, frame)
			back, got, ok := decodeAir(data)
			if !ok || back != h || !bytes.Equal(got, frame) {
				t.Fatalf("seed %d: %x becomes %+v, %x, %v", seed, data, back, got, ok)
			}
			data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
			if _, _, ok := decodeAir(data); ok {
				t.Fatalf("seed %d: a damaged frame is understood: %x", seed, data)
			}
		}
	}
}
