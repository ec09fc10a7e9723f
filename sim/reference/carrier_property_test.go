package reference

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/oracle"
	"github.com/blackstart-mesh/blackstart/sim/segment"
)

// crowd is a random list of contacts and messages among a few nodes. Contacts begin and
// end at multiples of a grid.
type crowd struct {
	nodes    int
	end      time.Duration
	changes  []contact.Change
	messages []contact.Message
}

func newCrowd(seed uint64, grid time.Duration) crowd {
	rng := rand.New(rand.NewPCG(seed, 11))
	c := crowd{nodes: 3 + rng.IntN(6), end: 40 * grid}
	up := map[[2]int]bool{}
	for at := grid; at < c.end; at += grid {
		for range 1 + rng.IntN(3) {
			a := rng.IntN(c.nodes)
			b := (a + 1 + rng.IntN(c.nodes-1)) % c.nodes
			pair := [2]int{min(a, b), max(a, b)}
			if n := len(c.changes); n > 0 && c.changes[n-1].At == at && slices.ContainsFunc(c.changes, func(o contact.Change) bool {
				return o.At == at && o.A == pair[0] && o.B == pair[1]
			}) {
				continue
			}
			up[pair] = !up[pair]
			c.changes = append(c.changes, contact.Change{At: at, A: pair[0], B: pair[1], Up: up[pair]})
		}
		if rng.IntN(2) == 0 {
			from := rng.IntN(c.nodes)
			c.messages = append(c.messages, contact.Message{At: at, From: from, To: (from + 1 + rng.IntN(c.nodes-1)) % c.nodes,
				Bytes: 100 + rng.IntN(1500), Lifetime: time.Hour})
		}
	}
	return c
}

// earliest is what the oracle says of each message, if a transfer goes at a rate.
func (c crowd) earliest(t *testing.T, bitsPerSecond int) (out []time.Duration) {
	t.Helper()
	for _, m := range c.messages {
		var edges []oracle.Edge
		for _, s := range contact.Spans(c.changes, c.end) {
			took := time.Duration(int64(m.Bytes) * 8 * int64(time.Second) / int64(bitsPerSecond))
			edges = append(edges, oracle.Edge{From: s.A, To: s.B, Begin: s.Begin, End: s.End, Took: took},
				oracle.Edge{From: s.B, To: s.A, Begin: s.Begin, End: s.End, Took: took})
		}
		o, err := oracle.New(c.nodes, edges, nil)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, o.One(oracle.Search{From: m.From, At: m.At}, m.To))
	}
	return out
}

// TestNothingBeforeTheOracle: no protocol brings a message before it could come, on the
// network of the ONE and on one without steps.
func TestNothingBeforeTheOracle(t *testing.T) {
	free := theONE()
	free.Step = 0
	for seed := range uint64(40) {
		c := newCrowd(seed, 5*time.Second)
		earliest := c.earliest(t, 8000)
		for _, cfg := range []segment.Config{theONE(), free} {
			carry := Carry{Buffer: 4000, Tick: cfg.Step}
			for _, p := range []Protocol{Epidemic{carry}, Spray{Carry: carry, Copies: 4}, Direct{carry}} {
				f := newField(t, cfg, p, c.nodes, seed)
				f.replay(c.changes, c.messages, c.end)
				for n, m := range c.messages {
					at, ok := f.arrived[[2]int{n, m.To}]
					if ok && (earliest[n] < 0 || time.Duration(at) < earliest[n]) {
						t.Errorf("seed %d: %s brings message %d after %v; it cannot come before %v", seed, p.Name(), n, time.Duration(at), earliest[n])
					}
				}
			}
		}
	}
}

// TestEpidemicFindsEveryWay: with room for everything and transfers that take next to no
// time, it brings whatever can come, and soon.
func TestEpidemicFindsEveryWay(t *testing.T) {
	cfg := segment.Config{BitsPerSecond: 1_000_000_000, HalfDuplex: true, Broadcast: true, Uncharged: Head}
	came := 0
	for seed := range uint64(40) {
		c := newCrowd(seed, time.Minute)
		f := newField(t, cfg, Epidemic{}, c.nodes, seed)
		f.replay(c.changes, c.messages, c.end)
		for n, best := range c.earliest(t, cfg.BitsPerSecond) {
			at, ok := f.arrived[[2]int{n, c.messages[n].To}]
			if could := best >= 0; ok != could || ok && time.Duration(at)-best > 20*time.Second {
				t.Errorf("seed %d: message %d came after %v, %v; it could after %v", seed, n, time.Duration(at), ok, best)
			}
			if ok {
				came++
			}
		}
	}
	if came < 300 {
		t.Errorf("only %d came", came)
	}
}

// TestNoQuotaIsExceeded: of each message there are never more copies than were made, and
// it never goes to more relays than that.
func TestNoQuotaIsExceeded(t *testing.T) {
	for seed := range uint64(60) {
		c := newCrowd(seed, 5*time.Second)
		copies := 1 + int(seed%9)
		carry := Carry{Tick: time.Second}
		if seed%2 == 0 {
			carry.Buffer = 3000
		}
		cfg := theONE()
		if seed%3 == 0 {
			cfg.Loss, cfg.HalfDuplex = 0.2, false
		}
		f := newField(t, cfg, Spray{Carry: carry, Copies: copies}, c.nodes, seed)
		relayed := map[int]int{}
		f.watch = func(_, to int, frame []byte) {
			if talk, ok := decodeTalk(frame); ok && talk.kind == kindData && talk.parcel.message.To != to {
				relayed[talk.parcel.message.N]++
			}
		}
		// Between two ticks, when all transfers but those under way are over on both sides.
		for at := time.Duration(0); at < c.end; at += time.Second {
			f.replay(c.changes, c.messages, at+time.Second/2)
			for n := range c.messages {
				if sum := f.copies(n); sum > copies || relayed[n] > copies-1 {
					t.Fatalf("seed %d: after %v there are %d copies of message %d, which was relayed %d times; %d were made", seed, at, sum, n, relayed[n], copies)
				}
			}
		}
	}
}

// copies counts those of a message at all nodes.
func (f *field) copies(n int) (sum int) {
	for _, a := range f.actors {
		for _, m := range a.(*carrier).buffer.messages {
			if m.N == n {
				sum += m.copies
			}
		}
	}
	return sum
}

// TestSameSeedSameCarriers compares all that two runs do.
func TestSameSeedSameCarriers(t *testing.T) {
	run := func(seed uint64) string {
		c := newCrowd(1, 5*time.Second)
		f := newField(t, theONE(), Epidemic{Carry{Buffer: 4000, Tick: time.Second}}, c.nodes, seed)
		log := ""
		f.watch = func(from, to int, frame []byte) {
			log += fmt.Sprintf("%d %d %d %x\n", f.now, from, to, frame[:min(len(frame), Head)])
		}
		f.replay(c.changes, c.messages, c.end)
		return log
	}
	if run(1) != run(1) {
		t.Error("the same seed does something else")
	}
	if run(1) == run(2) {
		t.Error("another seed does the same")
	}
}

func TestTalkReadBack(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 12))
		p := parcel{message: Message{N: rng.IntN(numbersMost), From: rng.IntN(1000), To: rng.IntN(1000) - 1, Bytes: rng.IntN(2000),
			Expires: second * 77}, copies: rng.IntN(100)}
		var items []item
		for range rng.IntN(newsMost + 1) {
			items = append(items, item{n: rng.IntN(numbersMost), to: rng.IntN(1000) - 1, gone: rng.IntN(2) == 0})
		}
		frames := [][]byte{encodeData(p), encodeNews(items), encodeAsk()}
		for i, frame := range frames {
			got, ok := decodeTalk(frame)
			if !ok || i == 0 && got.parcel != p || i == 1 && !slices.Equal(got.items, items) || i > 0 && len(frame) > Head {
				t.Fatalf("seed %d: %x becomes %+v, %v", seed, frame, got, ok)
			}
			frame[rng.IntN(len(frame))] ^= 1 << rng.IntN(8)
			if _, ok := decodeTalk(frame); ok {
				t.Fatalf("seed %d: a damaged frame is understood: %x", seed, frame)
			}
			if _, ok := decodeTalk(frame[:rng.IntN(len(frame))]); ok {
				t.Fatalf("seed %d: half a frame is understood", seed)
			}
		}
	}
}
