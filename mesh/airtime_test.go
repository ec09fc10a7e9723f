package mesh

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// lora is a radio at 868.1 MHz, which may use 36 s of an hour.
func lora() radio.Profile {
	l := airtime.LoRa{Spreading: 8, Bandwidth: 125_000, Coding: 5, Preamble: 18}
	return radio.Profile{Name: "rnode:///dev/ttyACM0?freq=868.1M", MTU: 254, BitsPerSecond: l.BitsPerSecond(),
		Air: radio.Air{LoRa: l, Added: 1}, Band: radio.Band{Centre: 868_100_000, Bandwidth: 125_000}}
}

func (w *world) air(num int) AirStatus { return w.nodes[w.order[num-1]].node.Status().Links[0].Air }

// fill gives a node more to say than the law allows, until nothing more of it goes.
func (w *world) fill() {
	w.t.Helper()
	for range 100 {
		w.submit(1, toNode(2), bundle.Routine, strings.Repeat("0123456789", 100))
	}
	for range 100 {
		if w.air(1).Reached {
			return
		}
		w.run(time.Minute)
	}
	w.t.Fatalf("the limit is not reached: %+v", w.air(1))
}

func TestAirtimeLimitAndReserve(t *testing.T) {
	w := newWorld(t, 2)
	c := w.channel(lora(), 0, 1, 2)
	w.run(time.Minute)
	w.fill()
	a := w.air(1)
	if a.Rule.Limit != 36*time.Second || a.Used > a.Rule.Routine() || a.UrgentToo || a.LeftUrgent < 2*time.Second || a.LeftFlash < 7*time.Second || a.Refused != "" {
		t.Errorf("%+v", a)
	}
	if a.Until <= w.now || a.Until == clock.Never || a.Urgent > w.now || a.Flash > w.now {
		t.Errorf("at %v: ROUTINE waits until %v, IMMEDIATE until %v, FLASH until %v", w.now, a.Until, a.Urgent, a.Flash)
	}
	due := a.Until
	w.submit(1, toNode(2), bundle.Priority, "wait")
	w.run(due.Sub(w.now) - time.Second)
	if slices.Contains(texts(w.inbox(2)), "wait") {
		t.Errorf("PRIORITY goes before %v, when there is room again", time.Duration(due))
	}
	if used := w.air(1).Used; used > a.Rule.Routine()+time.Second {
		t.Errorf("beacons use up the reserve: %v", used)
	}
	w.submit(1, toNode(2), bundle.Flash, "STOP WORK")
	w.run(5 * time.Second)
	if got := texts(w.inbox(2)); len(got) == 0 || got[len(got)-1] != "STOP WORK" {
		t.Errorf("no FLASH in %d messages", len(got))
	}
	if m, _ := Find(w.nodes[1].store, w.lastID(1)); m.State != Delivered {
		t.Errorf("the FLASH is %v at its sender", m.State)
	}
	c.lose = nil
	w.run(2 * time.Hour)
	if got := len(w.inbox(2)); got < 20 {
		t.Errorf("only %d messages came in three hours", got)
	}
	w.sound()
}

func (w *world) inbox(num int) (list []Message) {
	for _, m := range Messages(w.nodes[w.order[num-1]].store, 0, 1<<20) {
		if !m.Outgoing {
			list = append(list, m)
		}
	}
	return list
}

// lastID is the id of the last message that a node sent.
func (w *world) lastID(num int) (id bundle.ID) {
	for _, m := range Messages(w.nodes[w.order[num-1]].store, 0, 1<<20) {
		if m.Outgoing {
			id = m.ID
		}
	}
	return id
}

// What was used, or was claimed, is not forgotten by a restart; and it grows old in a
// node that restarts again and again without ever being on for an hour.
func TestAirtimeSurvivesRestarts(t *testing.T) {
	for _, known := range []bool{true, false} {
		w := newWorld(t, 2)
		w.channel(lora(), 0, 1, 2)
		w.run(time.Minute)
		w.fill()
		before := w.air(1).Used
		w.start(1)
		after := w.air(1)
		if after.Used < before || after.Used > before+after.Rule.Limit/airClaims+time.Second || after.Past < before {
			t.Errorf("used %v, after a restart %v, of it %v before the start", before, after.Used, after.Past)
		}
		if !known {
			w.bound = 100 * 365 * 24 * time.Hour
		}
		came := len(w.inbox(2))
		for range 8 {
			w.run(25 * time.Minute)
			w.start(1)
		}
		if more := len(w.inbox(2)) - came; more < 4 {
			t.Errorf("in three hours with restarts %d messages came", more)
		}
	}
}

func TestAirtimeReported(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(lora(), 0, 1, 2)
	w.run(time.Minute)
	before := w.air(1).Used
	w.step(w.nodes[1], LinkEvent{Link: 0, Event: radio.Aired{For: 20 * time.Second}})
	if used := w.air(1).Used; used != before+20*time.Second {
		t.Errorf("used %v, then the radio sent 20 s on its own: %v", before, used)
	}
	w.start(1)
	if used := w.air(1).Used; used < before+20*time.Second {
		t.Errorf("after a restart %v", used)
	}
}

// A hostile neighbour that makes a node answer again and again cannot push it over the
// limit: the ledger is asked for every frame, whatever it answers.
func TestAirtimeAnswersCountToo(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(lora(), 0, 1, 2, 3)
	w.run(time.Minute)
	w.submit(3, toAll, bundle.Routine, "again and again")
	w.run(time.Minute)
	b, ok := w.nodes[1].store.Get(idKey(prefixBundle, w.lastID(3)))
	if !ok {
		t.Fatal("node 1 does not have the bundle")
	}
	for i := range 3000 {
		w.speakOn(0, 3, 1, uint32(20_000+i), frame.Item{Kind: frame.KindBundle, Body: b})
		w.run(time.Second)
		if a := w.air(1); a.Used > a.Rule.Routine()+(a.Rule.Limit-a.Rule.Routine())/4 { // rare beacons
			t.Fatalf("answer %d: %v used for what is not urgent, allowed are %v", i, a.Used, a.Rule.Routine())
		}
	}
}

// What the lost instance of a restored store used, nobody knows: all of an hour, on any
// band.
func TestARestoredStoreKnowsNoAirtime(t *testing.T) {
	w := newWorld(t, 2)
	c := w.channel(lora(), 0, 1, 2)
	w.run(10 * time.Minute)
	lost := w.nodes[1]
	if err := lost.store.Commit(RestoredEntry(lost.store, w.reading().Wall, 7, AuditEvent{Action: ActionRestore})); err != nil {
		t.Fatal(err)
	}
	w.start(1)
	other := lora()
	other.Band.Centre = 869_525_000
	frames := len(lost.frames)
	for minutes := range 66 {
		a := w.air(1)
		if minutes < 60 && (a.Used != a.Rule.Limit || !a.FlashToo) {
			t.Fatalf("after %d minutes used %v of %v", minutes, a.Used, a.Rule.Limit)
		}
		if minutes == 20 {
			c.profile = other
			w.step(lost, LinkEvent{Link: 0, Event: radio.Up{Profile: other}})
		}
		if minutes == 40 {
			c.profile = lora()
			w.start(1)
		}
		w.run(time.Minute)
	}
	if a := w.air(1); a.Used > a.Rule.Limit/10 || len(lost.frames) == frames {
		t.Errorf("after an hour used %v, and %d frames", a.Used, len(lost.frames)-frames)
	}
}

// A rule for any band counts what the device used before, and one for a band what the
// device used while nobody knew where; over a restart, too.
func TestAChangeOfRuleForgetsNoAirtime(t *testing.T) {
	known, unknown := lora(), lora()
	unknown.Band.Region, unknown.Band.Duty = ledger.Licensed, 5000
	for _, restart := range []bool{false, true} {
		for _, ps := range [][2]radio.Profile{{known, unknown}, {unknown, known}} {
			w := newWorld(t, 2)
			for _, m := range w.nodes {
				m.cfg.Licence = "assignment 12-345"
				w.start(m.num)
			}
			c := w.channel(ps[0], 0, 1, 2)
			for range 5 {
				w.submit(1, toNode(2), bundle.Routine, strings.Repeat("0123456789", 100))
			}
			w.run(5 * time.Minute)
			before := w.air(1)
			c.profile = ps[1]
			for range 3 { // it counts once, however often it comes up
				if restart {
					w.start(1)
				} else {
					w.step(w.nodes[1], LinkEvent{Link: 0, Event: radio.Up{Profile: ps[1]}})
				}
			}
			after := w.air(1)
			if before.Used < 5*time.Second || after.Used < before.Used || after.Used > before.Used+10*time.Second {
				t.Errorf("restart %v: used %v under %v, then %v under %v", restart, before.Used, before.Rule, after.Used, after.Rule)
			}
		}
	}
}

// A link with its rule refused says so and sends nothing.
func TestAirtimeRefused(t *testing.T) {
	w := newWorld(t, 2)
	p := lora()
	p.Band.Centre = 151_000_000
	w.channel(p, 0, 1, 2)
	w.submit(1, toNode(2), bundle.Flash, "hello?")
	w.run(10 * time.Minute)
	l := w.nodes[1].node.Status().Links[0]
	if l.TxFrames != 0 || !strings.Contains(l.Air.Refused, "151 MHz is in no band") {
		t.Errorf("%d frames, refused: %q", l.TxFrames, l.Air.Refused)
	}
}

// What goes beyond the law stands in the audit record with the operator's words,
// before the first frame and once for each start.
func TestAirtimeStatementIsAudited(t *testing.T) {
	w := newWorld(t, 2)
	for _, m := range w.nodes {
		m.cfg.Licence = "assignment 12-345"
		w.start(m.num)
	}
	p := lora()
	p.Band.Centre, p.Band.Region = 151_000_000, ledger.Licensed
	w.channel(p, 0, 1, 2)
	w.run(time.Minute)
	w.step(w.nodes[1], LinkEvent{Link: 0, Event: radio.Up{Profile: p}})
	w.run(time.Minute)
	var said int
	for _, e := range Audit(w.nodes[1].store, 0, 100) {
		if e.Action == ActionAdmin && strings.Contains(e.Detail, "region=licensed, on the operator's statement: assignment 12-345") {
			said++
		}
	}
	if said != 1 || w.nodes[1].node.Status().Links[0].TxFrames == 0 {
		t.Errorf("said %d times, %d frames", said, w.nodes[1].node.Status().Links[0].TxFrames)
	}
}
