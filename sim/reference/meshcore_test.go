package reference

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// atOnce is MeshCore's routing in which no relay waits.
func atOnce() MeshCore {
	m := NewMeshCore()
	m.FloodSpan, m.DirectSpan = 0, 0
	return m
}

func describeMeshCore(a Action) string {
	t, ok := a.(Transmit)
	if !ok {
		return describe(a)
	}
	p, ok := decodeMeshCore(t.Data)
	if !ok {
		return "transmit something else"
	}
	how := "along"
	if p.flood {
		how = "flood"
	}
	what := [...]string{"text", "ack", "group", "way"}[p.kind]
	if p.kind == mcPath {
		what += fmt.Sprintf(" of %d", len(p.way))
		if p.ack {
			what += " and ack"
		}
	}
	return fmt.Sprintf("%s %s, path %d, %d bytes", how, what, len(p.path), len(t.Data))
}

// A companion passes nothing on.
func TestMeshCoreCompanion(t *testing.T) {
	m := atOnce()
	m.Repeater = func(node int) bool { return node != 1 }
	s := newStage(t, m, 1)
	p := meshcorePacket{kind: mcGroup, flood: true, from: 5, to: Everyone, message: 7, payload: 83}
	if did := s.tell(Heard{Data: p.encode()}, describeMeshCore); !slices.Equal(did, []string{"deliver 7"}) || len(s.after(time.Hour, describeMeshCore)) > 0 {
		t.Errorf("%q", did)
	}
}

// Relays wait for 0 to 5 times half an airtime with floods, a third along a way.
func TestMeshCoreWaits(t *testing.T) {
	for flood, most := range map[bool]time.Duration{true: 5 * 440 * time.Millisecond, false: 5 * 267 * time.Millisecond} {
		longest := time.Duration(0)
		for n := range 300 {
			s := newStage(t, NewMeshCore(), 1)
			s.actor.(*meshcore).node.Luck = rand.New(rand.NewPCG(uint64(n), 1))
			p := meshcorePacket{kind: mcText, flood: flood, path: []byte{hashOf(1), 9}, from: 5, to: 6, message: n, payload: 84}
			if did := s.tell(Heard{Data: p.encode()}, describeMeshCore); len(did) > 0 {
				continue // drew a wait of nothing
			}
			due, _ := s.actor.Deadline()
			longest = max(longest, due.Sub(s.now))
		}
		if longest > most || longest < most*9/10 {
			t.Errorf("flood %v: waits of up to %v, want %v", flood, longest, most)
		}
	}
}

// A busy channel is waited for, for 4 s and a bit.
func TestMeshCoreListensFirst(t *testing.T) {
	s := newStage(t, atOnce(), 1)
	s.busy = true
	s.tell(Submit{Message{N: 3, From: 1, To: Everyone, Bytes: 40}}, describeMeshCore)
	if did := s.after(4*time.Second, describeMeshCore); len(did) != 0 {
		t.Fatalf("over a busy channel: %q", did)
	}
	if did := s.after(400*time.Millisecond, describeMeshCore); len(did) != 1 {
		t.Fatalf("after 4 s: %q", did)
	}
	s = newStage(t, atOnce(), 1)
	s.busy = true
	s.tell(Submit{Message{N: 3, From: 1, To: Everyone, Bytes: 40}}, describeMeshCore)
	s.busy = false
	if did := s.after(360*time.Millisecond, describeMeshCore); len(did) != 1 {
		t.Errorf("once it is free: %q", did)
	}
}

// The better a flood comes in, the sooner it is looked at.
func TestMeshCoreScore(t *testing.T) {
	m := atOnce()
	m.ScoreBase = 10
	last := time.Hour
	for _, c := range []struct {
		above float64 // dB over the sensitivity
		wait  time.Duration
	}{{0, 5228 * time.Millisecond}, {5, 1974 * time.Millisecond}, {12, 111 * time.Millisecond}, {30, 0}} {
		s := newStage(t, m, 1)
		p := meshcorePacket{kind: mcText, flood: true, from: 5, to: 1, message: 7, payload: 84}
		did := s.tell(Heard{Data: p.encode(), RSSI: -131.5 + c.above}, describeMeshCore)
		due, _ := s.actor.Deadline()
		wait := due.Sub(s.now)
		if len(did) > 0 {
			wait = 0
		}
		if wait > last || max(wait-c.wait, c.wait-wait) > 5*time.Millisecond {
			t.Errorf("%v dB above: waits %v, want %v", c.above, wait, c.wait)
		}
		last = wait
	}
}

// Whatever is lost: no node sends a packet twice, no path leads through a node twice, a
// writer tries four times, and nothing is shown twice.
func TestMeshCoreNeverMoreThanTheRules(t *testing.T) {
	for seed := range uint64(20) {
		luck := rand.New(rand.NewPCG(seed, 98))
		nodes := 2 + luck.IntN(12)
		m := NewMeshCore()
		m.ScoreBase = float64(luck.IntN(2) * 10)
		e := newEther(t, m, seed, nodes, 1+luck.IntN(3), luck.Float64()*0.6)
		var messages []Message
		for n := range 12 {
			w := Message{N: n, From: luck.IntN(nodes), To: Everyone, Bytes: 1 + luck.IntN(100)}
			if to := luck.IntN(nodes); to != w.From && luck.IntN(3) > 0 {
				w.To = to
			}
			messages = append(messages, w)
			e.write(time.Duration(luck.IntN(240))*time.Second, w)
		}
		e.run(20 * time.Minute)
		e.checkDeliveries(messages)
		checkMeshCoreFrames(t, e)
		for n, m := range messages {
			if told := e.acked[n] + e.failed[n]; m.To == Everyone && told != 0 || m.To != Everyone && told != 1 {
				t.Errorf("message %d to %d: acknowledged %d times, failed %d times", n, m.To, e.acked[n], e.failed[n])
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func checkMeshCoreFrames(t *testing.T, e *ether) {
	t.Helper()
	type sending struct {
		node int
		key  string
	}
	times := map[sending]int{}
	for _, f := range e.frames {
		p, ok := decodeMeshCore(f.data)
		if !ok || p.try > 3 {
			t.Errorf("node %d sent %+v", f.from, p)
		}
		times[sending{f.from, p.key()}]++
		if n := times[sending{f.from, p.key()}]; n > 1 {
			t.Errorf("node %d sent a packet %d times: %+v", f.from, n, p)
		}
		if p.flood {
			hops := slices.Clone(p.path)
			slices.Sort(hops)
			if len(slices.Compact(hops)) != len(p.path) {
				t.Errorf("a path leads through a node twice: %v", p.path)
			}
		}
	}
}

func TestMeshCoreEncoding(t *testing.T) {
	for _, p := range []meshcorePacket{
		{kind: mcText, flood: true, from: 1, to: 65534, message: 1 << 30, try: 3, salt: 9, payload: 84},
		{kind: mcGroup, flood: true, path: []byte{1, 2, 3}, from: 1, to: Everyone, message: 5, payload: 19},
		{kind: mcAck, path: []byte{7}, from: Everyone, to: Everyone, message: 5, try: 2, salt: 200, payload: mcAckPayload},
		{kind: mcPath, path: []byte{}, from: 3, to: 4, ack: true, message: 6, try: 1, way: make([]byte, 64), payload: wayPayload(64, 6)},
	} {
		got, ok := decodeMeshCore(p.encode())
		if !ok || len(p.encode()) != p.size() || got.key() != p.key() || !slices.Equal(got.path, p.path) || !slices.Equal(got.way, p.way) ||
			got.from != p.from || got.to != p.to || got.message != p.message || got.flood != p.flood || got.ack != p.ack || got.try != p.try {
			t.Errorf("%+v is read as %+v", p, got)
		}
	}
	for way := range 65 { // a way fits into the bytes that MeshCore takes for it
		if n := 4 + padded(2+way+4); wayPayload(way, 4) > n+block {
			t.Errorf("a way of %d takes %d bytes, MeshCore's %d", way, wayPayload(way, 4), n)
		}
	}
}
