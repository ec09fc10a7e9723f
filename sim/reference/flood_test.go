package reference

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// prompt is managed flooding in which every wait is of no slots.
func prompt() Flood {
	f := Meshtasticator()
	f.Narrow, f.Wide, f.FalseBusy = 0, 0, 0
	return f
}

func describeFlood(a Action) string {
	t, ok := a.(Transmit)
	if !ok {
		return describe(a)
	}
	p, ok := decodeFlood(t.Data)
	if !ok {
		return "transmit something else"
	}
	if p.ack {
		return fmt.Sprintf("send ack of %d to %d, %d hops", p.message, p.to, p.hops)
	}
	return fmt.Sprintf("send %d, %d hops, %d bytes", p.message, p.hops, len(t.Data))
}

// A script is played to node 1 of 10; each line says what happens and what it does.
func TestFloodRules(t *testing.T) {
	heard := func(p floodPacket) Event {
		if p.size == 0 {
			p.size = 56
		}
		return Heard{From: Everyone, Data: p.encode(), RSSI: -110, SNR: -5}
	}
	from5 := func(hops, to int) Event {
		return heard(floodPacket{id: packetID{5, 9}, to: to, hops: hops, message: 7})
	}
	own := func(hops, to int) Event {
		return heard(floodPacket{id: packetID{1, 1}, to: to, hops: hops, message: 3})
	}
	write := func(to int) Event { return Submit{Message{N: 3, From: 1, To: to, Bytes: 40}} }
	ack := func(n uint32) Event {
		return heard(floodPacket{id: packetID{6, 1}, to: 1, hops: 1, ack: true, of: n, message: 3})
	}
	sent := Sent{OK: true}
	const second = time.Second
	type line struct {
		after time.Duration
		ev    Event
		did   []string
	}
	for name, script := range map[string][]line{
		"a relay passes a broadcast on once": {
			{0, from5(3, Everyone), []string{"deliver 7", "send 7, 2 hops, 56 bytes"}},
			{second, sent, nil}, {second, from5(3, Everyone), nil}, {second, from5(1, Everyone), nil}},
		"a relay with no hops left stays silent": {{0, from5(0, Everyone), []string{"deliver 7"}}},
		"a relay passes on what is for another": {
			{0, from5(1, 4), []string{"send 7, 0 hops, 56 bytes"}}, {second, sent, nil}},
		"the addressee answers once, and relays nothing": {
			{0, from5(3, 1), []string{"deliver 7", "send ack of 7 to 5, 3 hops"}},
			{second, sent, nil}, {second, from5(2, 1), nil}},
		"a writer whom somebody relayed is content": {
			{0, write(Everyone), []string{"send 3, 3 hops, 56 bytes"}}, {second, sent, nil},
			{second, own(2, Everyone), nil}, {60 * second, nil, nil}},
		"a writer whom nobody relayed sends again three times": {
			{0, write(Everyone), []string{"send 3, 3 hops, 56 bytes"}}, {second, sent, nil},
			{5 * second, nil, []string{"send 3, 3 hops, 56 bytes"}}, {second, sent, nil},
			{5 * second, nil, []string{"send 3, 3 hops, 56 bytes"}}, {second, sent, nil},
			{5 * second, nil, []string{"send 3, 3 hops, 56 bytes"}}, {second, sent, nil},
			{5 * second, nil, []string{"failed 3"}}, {99 * second, nil, nil}},
		"an acknowledgement stops it, and is told once": {
			{0, write(6), []string{"send 3, 3 hops, 56 bytes"}}, {second, sent, nil},
			{second, ack(1), []string{"acknowledged 3"}}, {second, ack(1), nil}, {60 * second, nil, nil}},
		"an acknowledgement of another packet does not": {
			{0, write(6), []string{"send 3, 3 hops, 56 bytes"}}, {second, sent, nil},
			{second, ack(2), nil}, {9 * second, nil, []string{"send 3, 3 hops, 56 bytes"}}},
		"a relay of a direct message stops the sending and tells nothing": {
			{0, write(6), []string{"send 3, 3 hops, 56 bytes"}}, {second, sent, nil},
			{second, own(2, 6), nil}, {60 * second, nil, nil}},
		"what is too long fails at once": {{0, Submit{Message{N: 3, From: 1, To: 2, Bytes: 240}}, []string{"failed 3"}}},
		"what is no packet is ignored":   {{0, Heard{Data: []byte("short")}, nil}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, prompt(), 1)
			for i, l := range script {
				did := s.after(l.after, describeFlood)
				if l.ev != nil {
					did = append(did, s.tell(l.ev, describeFlood)...)
					did = append(did, s.after(0, describeFlood)...)
				}
				if !slices.Equal(did, l.did) {
					t.Fatalf("line %d: %q, want %q", i, did, l.did)
				}
			}
		})
	}
}

// The second copy comes while the first waits: it is not passed on.
func TestFloodDuplicateCancels(t *testing.T) {
	f := prompt()
	f.Narrow, f.Wide = 8, 8
	for copies := 1; copies <= 3; copies++ {
		s := newStage(t, f, 1)
		p := floodPacket{id: packetID{5, 9}, to: Everyone, hops: 3, message: 7, size: 56}
		for range copies {
			s.tell(Heard{Data: p.encode(), SNR: 0}, describeFlood)
		}
		did := s.after(time.Minute, describeFlood)
		if want := copies == 1; (len(did) == 1) != want {
			t.Errorf("heard %d times: %q", copies, did)
		}
	}
}

// A relay that requeues waits for nothing: what it queues again is dropped again.
func TestFloodRequeue(t *testing.T) {
	for _, requeue := range []bool{false, true} {
		f := prompt()
		f.Narrow, f.Wide, f.Requeue = 8, 8, requeue
		s := newStage(t, f, 1)
		p := floodPacket{id: packetID{5, 9}, to: 4, hops: 3, message: 7, size: 56}
		for range 5 {
			s.tell(Heard{Data: p.encode(), SNR: 0}, describeFlood)
			s.tell(Heard{Data: p.encode(), SNR: 0}, describeFlood)
			if did := s.after(time.Minute, describeFlood); len(did) != 0 {
				t.Errorf("requeue %v: %q", requeue, did)
			}
		}
		s.tell(Heard{Data: p.encode(), SNR: 0}, describeFlood)
		if _, waits := s.actor.Deadline(); waits != requeue {
			t.Errorf("requeue %v: waits %v", requeue, waits)
		}
	}
}

// A busy channel is waited for; the packet goes when it is free.
func TestFloodListensFirst(t *testing.T) {
	f := prompt()
	f.Narrow, f.Wide = 2, 2
	s := newStage(t, f, 1)
	s.busy = true
	s.tell(Submit{Message{N: 3, From: 1, To: Everyone, Bytes: 40}}, describeFlood)
	if did := s.after(4*time.Second, describeFlood); len(did) != 0 {
		t.Fatalf("over a busy channel: %q", did)
	}
	s.busy = false
	if did := s.after(4*f.Slot, describeFlood); len(did) != 1 {
		t.Fatalf("over a free one: %q", did)
	}
}

// The window grows with what a copy was heard at, or with how full the channel is.
func TestFloodWindow(t *testing.T) {
	for _, c := range []struct {
		rssi  float64 // 0: not heard
		inUse float64 // share of the time
		slots int     // in the window
	}{
		{-140, 0, 4}, {-131.5, 0, 8}, {-127, 0, 16}, {-121.7, 0, 32}, {-115.8, 0, 64}, {-110, 0, 128}, {-104.25, 0, 256}, {-60, 0, 256},
		{0, 0, 4}, {0, 0.16, 4}, {0, 0.17, 8}, {0, 0.5, 32}, {0, 1, 256},
	} {
		f := Meshtasticator()
		a := f.New(Node{Luck: rand.New(rand.NewPCG(3, 4)), Links: []Link{{}}}).(*flooder)
		a.inUse = time.Duration(c.inUse * float64(time.Hour))
		p := floodPacket{id: packetID{5, 1}}
		if c.rssi != 0 {
			a.known.put(p.id, heard{copies: 1, rssi: c.rssi})
		}
		most := time.Duration(0)
		for range 20 * c.slots {
			wait := a.draw(3600e9, p)
			if wait%f.Slot != 0 {
				t.Fatalf("%v is no whole number of slots", wait)
			}
			most = max(most, wait)
		}
		if got := int(most/f.Slot) + 1; got != c.slots {
			t.Errorf("heard at %v dBm, channel %v full: %d slots, want %d", c.rssi, c.inUse, got, c.slots)
		}
	}
	if got := ContentionSlot(8192 * time.Microsecond); got != 77232*time.Microsecond {
		t.Errorf("a slot of LongFast is %v", got)
	}
}

// A relay waits by how it heard the very copy that it passes on.
func TestFloodRelayWaitsByWhatItHeard(t *testing.T) {
	for rssi, slots := range map[float64]int{-131.5: 8, -104: 256} {
		f := Meshtasticator()
		f.FalseBusy = 0
		s := newStage(t, f, 1)
		most := time.Duration(0)
		for n := range uint32(1000) {
			p := floodPacket{id: packetID{5, n}, to: 4, hops: 3, message: 7, size: 56}
			s.tell(Heard{Data: p.encode(), RSSI: rssi}, describeFlood)
			due, _ := s.actor.Deadline()
			most = max(most, due.Sub(s.now))
			s.after(time.Minute, describeFlood)
			s.tell(Sent{OK: true}, describeFlood)
		}
		if got := int(most/f.Slot) + 1; got < slots*9/10 || got > slots {
			t.Errorf("heard at %v dBm: waits of up to %d slots, want %d", rssi, got, slots)
		}
	}
}

// Whatever is lost: nobody relays a message twice, or with more hops than it had; a
// writer sends at most four times; nothing is delivered twice.
func TestFloodNeverMoreThanTheRules(t *testing.T) {
	for seed := range uint64(20) {
		luck := rand.New(rand.NewPCG(seed, 99))
		nodes := 2 + luck.IntN(12)
		e := newEther(t, Meshtasticator(), seed, nodes, 1+luck.IntN(3), luck.Float64()*0.6)
		var messages []Message
		for n := range 12 {
			m := Message{N: n, From: luck.IntN(nodes), To: Everyone, Bytes: 1 + luck.IntN(100)}
			if to := luck.IntN(nodes); to != m.From && luck.IntN(2) == 0 {
				m.To = to
			}
			messages = append(messages, m)
			e.write(time.Duration(luck.IntN(120))*time.Second, m)
		}
		e.run(10 * time.Minute)
		e.checkDeliveries(messages)
		checkFloodFrames(t, e)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func checkFloodFrames(t *testing.T, e *ether) {
	t.Helper()
	times := map[packetID]map[int]int{}
	for _, f := range e.frames {
		p, ok := decodeFlood(f.data)
		if !ok || p.hops > 3 || f.from != p.id.from && p.hops > 2 {
			t.Errorf("node %d sent %+v", f.from, p)
		}
		if times[p.id] == nil {
			times[p.id] = map[int]int{}
		}
		times[p.id][f.from]++
		most := 1
		if f.from == p.id.from && !p.ack {
			most = 4
		}
		if times[p.id][f.from] > most {
			t.Errorf("node %d sent packet %v %d times", f.from, p.id, times[p.id][f.from])
		}
	}
}

// A node that starts again names its packets as it has named none before.
func TestFloodStartsAgain(t *testing.T) {
	names := map[packetID]bool{}
	for life := range 3 {
		s := newStage(t, prompt(), 1)
		s.now = clock.Instant(life) * clock.Instant(time.Minute)
		for n := range 50 {
			a := s.actor.Step(s.now, Submit{Message{N: n, From: 1, To: Everyone, Bytes: 40}})
			a = append(a, s.actor.Step(s.now, Wake{})...)
			p, ok := decodeFlood(a[0].(Transmit).Data)
			if !ok || names[p.id] {
				t.Fatalf("life %d, message %d: %+v again", life, n, p.id)
			}
			names[p.id] = true
			s.actor.Step(s.now, Sent{OK: true})
		}
	}
}

// What finds no room in the queue is dropped.
func TestFloodQueue(t *testing.T) {
	f := prompt()
	f.Queue, f.Again = 4, 0
	s := newStage(t, f, 1)
	s.busy = true
	f.Narrow, f.Wide = 8, 8
	for n := range uint32(9) {
		p := floodPacket{id: packetID{5, n}, to: 4, hops: 3, message: int(n), size: 56}
		s.actor.Step(s.now, Heard{Data: p.encode(), SNR: -20})
	}
	if n := len(s.actor.(*flooder).radios[0].waiting); n != 4 {
		t.Errorf("%d packets wait", n)
	}
}
