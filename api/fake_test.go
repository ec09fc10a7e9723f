package api

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

const testToken = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// fakeNode keeps a record in memory and does what a test tells it.
type fakeNode struct {
	mu     sync.Mutex
	record []mesh.Message
	status live.Status
	refuse error // answer to Submit
	subs   map[chan live.Event]struct{}
	asked  []mesh.Submit

	confirmed []live.Confirmation
}

func newFake() *fakeNode { return &fakeNode{subs: map[chan live.Event]struct{}{}} }

func (f *fakeNode) Submit(_ context.Context, s mesh.Submit) (mesh.Message, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, s)
	if f.refuse != nil {
		return mesh.Message{}, f.refuse
	}
	now := time.Now()
	life := s.Lifetime
	if life == 0 {
		life = bundle.DefaultLifetime(s.Precedence)
	}
	return f.add(mesh.Message{
		From: 1, To: s.To, Precedence: s.Precedence, Text: s.Text, Outgoing: true,
		Created: clock.WallOf(now), Recorded: clock.WallOf(now), Expires: clock.WallOf(now.Add(life)),
	}), nil
}

// add puts a message into the record; mu is held.
func (f *fakeNode) add(m mesh.Message) mesh.Message {
	m.Number = uint64(len(f.record) + 1)
	if m.ID == (bundle.ID{}) {
		m.ID = bundle.ID{Origin: m.From, Day: m.Created.Day(), Seq: uint16(m.Number)}
	}
	f.record = append(f.record, m)
	f.publish(live.Event{Kind: live.NewMessage, Message: m})
	return m
}

func (f *fakeNode) put(m mesh.Message) mesh.Message {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.add(m)
}

// change sets what is known of a message.
func (f *fakeNode) change(number uint64, do func(*mesh.Message)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do(&f.record[number-1])
	f.publish(live.Event{Kind: live.Changed, Message: f.record[number-1]})
}

func (f *fakeNode) publish(e live.Event) {
	for c := range f.subs {
		c <- e
	}
}

func (f *fakeNode) Status(context.Context) (live.Status, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.status
	s.Last = uint64(len(f.record))
	return s, nil
}

func (f *fakeNode) ConfirmTime(_ context.Context, c live.Confirmation) (clock.Report, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.confirmed = append(f.confirmed, c)
	if f.refuse != nil {
		return clock.Report{}, f.refuse
	}
	return clock.Report{Reading: clock.Reading{Wall: c.Time, Bound: c.Within, Source: clock.Operator, Quality: clock.Certain}, Conflict: clock.GPS}, nil
}

func (f *fakeNode) Quiet(_ context.Context, q mesh.Quiet) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return f.refuse
	}
	f.status.Quiet = nil
	if q.On {
		f.status.Quiet = []mesh.QuietStatus{{Link: q.Link, Since: f.status.Now.Wall, By: q.By}}
	}
	return nil
}

func (f *fakeNode) Messages(after uint64, limit int) []mesh.Message {
	f.mu.Lock()
	defer f.mu.Unlock()
	from := min(after, uint64(len(f.record)))
	to := min(from+uint64(limit), uint64(len(f.record)))
	return append([]mesh.Message(nil), f.record[from:to]...)
}

func (f *fakeNode) Exhibit(m mesh.Message) (mesh.Exhibit, bool) {
	return mesh.Exhibit{Number: m.Number, Bundle: []byte(m.Text)}, m.Precedence == bundle.Flash
}

func (f *fakeNode) Find(id bundle.ID) (mesh.Message, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.record {
		if m.ID == id {
			return m, true
		}
	}
	return mesh.Message{}, false
}

func (f *fakeNode) Last() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return uint64(len(f.record))
}

func (f *fakeNode) Audit(after uint64, limit int) []mesh.AuditEvent {
	all := []mesh.AuditEvent{
		{Number: 1, Time: 1000, Action: mesh.ActionJoin, By: "keeper"},
		{Number: 2, Time: 2000, Action: mesh.ActionSend, By: "local API", ID: "1/20000/1"},
		{Number: 3, Time: 3000, Action: mesh.ActionDeliver, ID: "2/20000/1"},
	}
	from := min(int(after), len(all))
	return all[from:min(from+limit, len(all))]
}

func (f *fakeNode) Subscribe() (<-chan live.Event, func(), error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := make(chan live.Event, 1000)
	f.subs[c] = struct{}{}
	return c, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.subs, c)
	}, nil
}

// testRoster holds four nodes, of which this one is number 1, and two groups.
func testRoster(t testing.TB) *ident.Roster {
	t.Helper()
	var certs []*ident.Certificate
	for i, n := range []struct{ name, role string }{
		{"Crew North", "line crew"}, {"Crew South", "line crew"}, {"Substation 14", "relay"}, {"Control Centre", "dispatch"},
	} {
		c := &ident.Certificate{
			Number: ident.Number(i + 1), Name: n.name, Role: n.role, Rights: ident.MayFlash, Groups: ident.Groups(1, 2), From: 1, Until: 60000,
		}
		c.Sign[0], c.Box[0] = byte(i+1), byte(i+1)
		certs = append(certs, c)
	}
	certs[1].Rights, certs[1].Groups = 0, ident.Groups(1)
	r, err := ident.NewRoster(ident.OperatorID{}, ident.SignKey{9}, []ident.Group{{ID: 1, Name: "All stations"}, {ID: 2, Name: "Switching"}}, certs)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func testServer(t testing.TB, f *fakeNode) *Server {
	t.Helper()
	r := testRoster(t)
	s, err := New(Config{Node: f, Self: 1, Roster: func() *ident.Roster { return r }, Token: testToken, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scene fills a fake with a morning's traffic.
func scene(f *fakeNode) {
	now := clock.Wall(0)
	at := func(minutes int) clock.Wall { return now.Add(-time.Duration(minutes) * time.Minute) }
	now = clock.WallOf(time.Now())
	all, switching := bundle.Destination{Group: 1}, bundle.Destination{Group: 2}
	day := at(0).Add(24 * time.Hour)
	f.put(mesh.Message{From: 4, To: all, Precedence: bundle.Routine, Created: at(64), Recorded: at(64), Expires: day, Proof: mesh.Proven, State: mesh.Received,
		Text: "Good morning. Grid is down north of Weiden. Radio check, please report position."})
	f.put(mesh.Message{From: 1, To: all, Precedence: bundle.Routine, Created: at(61), Recorded: at(61), Expires: day, Outgoing: true, State: mesh.Delivered,
		Delivered: []ident.Number{2, 3, 4}, Text: "Crew North at mast 112, road is open."})
	f.put(mesh.Message{From: 2, To: all, Precedence: bundle.Priority, Created: at(58), Recorded: at(31), Expires: day, Proof: mesh.ByMember, State: mesh.Received,
		Text: "Mast 87 has a tree across phase L2. Need a saw crew before we can earth."})
	f.put(mesh.Message{From: 1, To: bundle.Destination{Node: 4}, Precedence: bundle.Immediate, Created: at(22), Recorded: at(22), Expires: day, Outgoing: true, State: mesh.Held,
		Held: []ident.Number{3}, Text: "Request isolation of line 4-N between masts 110 and 118."})
	f.put(mesh.Message{From: 3, To: switching, Precedence: bundle.Routine, Created: at(9), Recorded: at(9), Expires: day, Proof: mesh.ByMember, State: mesh.Received,
		Text: "Battery 48.2 V, door closed, 3 °C."})
	f.put(mesh.Message{From: 4, To: bundle.Destination{Node: 1}, Precedence: bundle.Flash, Created: at(2), Recorded: at(2), Expires: day, Proof: mesh.ByPair, State: mesh.Received,
		Text: "STOP WORK on line 4-N. Line is NOT isolated. Confirm all hands clear."})
	f.put(mesh.Message{From: 1, To: all, Precedence: bundle.Routine, Created: at(1), Recorded: at(1), Expires: day, Outgoing: true, State: mesh.OnAir,
		Delivered: []ident.Number{3}, Text: "All hands clear of 4-N. Two men at mast 112."})
	loss, bad, level, snr, margin := 20, 570, -84, 7, 17
	f.status = live.Status{Status: mesh.Status{
		Self: 1,
		Now:  clock.Reading{Mono: clock.Instant(time.Hour), Wall: now, Bound: time.Minute},
		Links: []mesh.LinkStatus{
			{Link: 0, Up: true, Profile: radio.Profile{Name: "kiss+tcp://127.0.0.1:8001", MTU: 250, BitsPerSecond: 1200, Overhead: 300 * time.Millisecond},
				Queued: [4]int{0, 0, 1, 2}, TxFrames: 41, TxBytes: 4120, RxFrames: 77, RxBytes: 9000, Saturated: true},
			{Link: 1, Down: "open /dev/ttyUSB0: no such device; trying again every 2 s", Profile: radio.Profile{Name: "kiss:///dev/ttyUSB0?baud=9600", MTU: 250, BitsPerSecond: 9600}},
		},
		Neighbours: []mesh.NeighbourStatus{
			{Node: 2, Link: 0, Heard: clock.Instant(time.Hour - 14*time.Minute)},
			{Node: 3, Link: 0, Heard: clock.Instant(time.Hour - 12*time.Second), Signal: &radio.Signal{RSSI: -84, SNR: 7.5},
				In:  &mesh.Hearing{Heard: true, Loss: &loss, RSSI: &level, SNR: &snr, Margin: &margin, Age: 12 * time.Second},
				Out: &mesh.Hearing{Heard: true, Loss: &bad, Age: time.Minute}},
		},
		Live: 9, LiveBytes: 2210, LiveBy: [4]int{1, 1, 3, 4},
		Counters: []mesh.Counter{{Name: "bundle.duplicate", Count: 12}, {Name: "frame.unauthentic", Count: 3}},
	}, Uptime: time.Hour}
	f.status.Now.Source, f.status.Now.Quality = clock.System, clock.Believed
	f.status.Clock = clock.Report{Reading: f.status.Now, Seen: 4 * time.Second}
}
