package mesh

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// An old copy of a store is put back, and marked: it sends on at once, without
// having heard anybody, and uses no number and no counter that the lost instance
// used.
func TestARestoredStoreReusesNoNumber(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.submit(1, toNode(2), bundle.Routine, "before the copy")
	w.run(time.Minute)
	lost := w.nodes[1]
	copied := lost.store.Clone()
	for range 20 {
		w.submit(1, toNode(2), bundle.Routine, "after the copy")
		w.run(time.Minute)
	}
	used := map[bundle.ID]bool{}
	for _, a := range lost.taken {
		used[a.Message.ID] = true
	}
	counter := lost.node.counter

	lost.store, lost.cfg.View, lost.taken = copied, copied, nil
	if err := copied.Commit(RestoredEntry(copied, w.reading().Wall, 7, AuditEvent{Action: ActionRestore, By: "me"})); err != nil {
		t.Fatal(err)
	}
	w.start(1)
	w.submit(1, toNode(2), bundle.Routine, "restored")
	w.run(time.Minute)
	if len(lost.taken) != 1 || used[lost.taken[0].Message.ID] || lost.taken[0].Message.ID.Seq < maxRestoreJump {
		t.Fatalf("sent as %+v, refused %v", lost.taken, lost.denied)
	}
	if lost.node.counter <= counter {
		t.Errorf("frame counters go on at %d, the lost instance was at %d", lost.node.counter, counter)
	}
	if m, ok := Find(w.nodes[2].store, lost.taken[0].Message.ID); !ok || m.Text != "restored" {
		t.Errorf("the neighbour did not take it: %+v", w.nodes[2].got)
	}
	events := Audit(copied, 0, 100)
	found := false
	for _, e := range events {
		found = found || e.Action == ActionRestore && e.By == "me"
	}
	if !found {
		t.Errorf("the audit record does not tell: %+v", events)
	}
	w.sound()
	// The day after tomorrow begins at 0 again.
	today := w.reading().Wall.Day()
	for day, want := range map[clock.Day]uint32{today: maxRestoreJump + 8, today + 1: maxRestoreJump + 7, today + 2: 0} {
		if got := lost.node.nextSequence(day); got != want {
			t.Errorf("day %d begins at %d, want %d", day, got, want)
		}
	}
}

// However often a store is restored, counters climb and never wrap.
func TestRestoringOftenNeverWraps(t *testing.T) {
	w := newWorld(t, 1)
	st, last := w.nodes[1].store, uint32(0)
	for i := range 200 {
		if err := st.Commit(RestoredEntry(st, w.base, uint16(i*999), AuditEvent{Action: ActionRestore})); err != nil {
			t.Fatal(err)
		}
		v, _ := st.Get(nodeKey(nameCounter))
		now := binary.BigEndian.Uint32(v)
		if now < last || now > math.MaxUint32-1 {
			t.Fatalf("restore %d: counter %d after %d", i, now, last)
		}
		v, _ = st.Get(nodeKey(nameFloor))
		if f := floorOf(v); f.number < maxRestoreJump || f.number >= maxRestoreJump+maxRestoreJump/2 || f.until != w.base.Day()+1 {
			t.Fatalf("restore %d: floor %+v", i, f)
		}
		last = now
	}
}
