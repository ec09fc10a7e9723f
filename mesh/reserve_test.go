package mesh

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// TestImmediateLeavesAShareForFlash: however much IMMEDIATE there is to say, a FLASH
// goes at once, and both sides can say who has it.
func TestImmediateLeavesAShareForFlash(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(lora(), 0, 1, 2)
	w.run(time.Minute)
	for from := 1; from <= 2; from++ {
		for range 100 {
			w.submit(w.order[from-1], toNode(w.order[2-from]), bundle.Immediate, strings.Repeat("0123456789", 50))
		}
	}
	for i := 0; !w.air(1).UrgentToo || !w.air(2).UrgentToo; i++ {
		if i > 100 {
			t.Fatalf("IMMEDIATE does not reach its limit: %+v", w.air(1))
		}
		w.run(time.Minute)
	}
	for hour := range 3 {
		flash := fmt.Sprintf("%d: STOP WORK on all of the lines %s", hour, strings.Repeat("4, ", 35)) // it fills a frame
		w.submit(1, toNode(2), bundle.Flash, flash)
		w.run(10 * time.Second)
		if !slices.Contains(texts(w.inbox(2)), flash) {
			t.Fatalf("hour %d: no FLASH: %+v", hour, w.air(1))
		}
		if m, _ := Find(w.nodes[1].store, w.lastID(1)); m.State != Delivered {
			t.Errorf("hour %d: the FLASH is %v at its sender", hour, m.State)
		}
		w.run(time.Hour)
	}
	for num := 1; num <= 2; num++ {
		if a := w.air(num); a.Used > a.Rule.Limit {
			t.Errorf("node %d used %v", num, a.Used)
		}
	}
	w.sound()
}

// dwell is a radio at 915 MHz, which may be on the air for 400 ms in 20 s.
func dwell() radio.Profile {
	l := airtime.LoRa{Spreading: 7, Bandwidth: 125_000, Coding: 5, Preamble: 18}
	return radio.Profile{Name: "rnode:///dev/ttyACM0?freq=915M", MTU: 254, BitsPerSecond: l.BitsPerSecond(),
		Air: radio.Air{LoRa: l, Added: 1}, Band: radio.Band{Centre: 915_000_000, Bandwidth: 125_000, Region: ledger.US915}}
}

// TestFlashWaitsForNoLongerFrameThanItsOwn: after any other frame there is no room for
// the longest one for a whole window, but there is for a FLASH, and for its answer.
func TestFlashWaitsForNoLongerFrameThanItsOwn(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(dwell(), 0, 1, 2)
	w.run(5 * time.Minute)
	for range 20 {
		sent := len(w.nodes[1].frames)
		for len(w.nodes[1].frames) == sent {
			w.run(100 * time.Millisecond)
		}
		w.run(time.Second)
		if !w.air(1).FlashToo {
			t.Fatalf("there is room for the longest frame: %+v", w.air(1))
		}
		before := len(w.inbox(2))
		w.submit(1, toNode(2), bundle.Flash, "STOP")
		w.run(time.Second)
		if len(w.inbox(2)) != before+1 {
			t.Errorf("no FLASH within a second: %+v", w.air(1))
		}
		w.run(time.Minute)
	}
	w.sound()
}

// TestRevocationsDoNotWaitWithRoutine: a node that has used up what ROUTINE may take
// hands on at once that somebody is locked out; that keys are new can wait.
func TestRevocationsDoNotWaitWithRoutine(t *testing.T) {
	for _, revokes := range []bool{true, false} {
		w := newWorld(t, 3)
		w.channel(lora(), 0, 1, 2)
		w.run(time.Minute)
		w.fill()
		var out []ident.Number
		if revokes {
			out = append(out, 3)
		}
		w.bring(1, w.next(w.today(), out...))
		w.run(10 * time.Second)
		if got := w.nodes[2].node.ring.Newest() == 2; got != revokes {
			t.Errorf("revokes %v: taken %v: %+v", revokes, got, w.air(1))
		}
		w.run(time.Hour)
		w.serials(2, 1, 2)
		w.sound()
	}
}

// TestNothingIsBegunThatCannotBeFinished: far more is to be said than may be, and each
// message is of use for half an hour. What goes out arrives; and where there is room,
// one of use for two minutes goes, too.
func TestNothingIsBegunThatCannotBeFinished(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(lora(), 0, 1, 2)
	w.run(time.Minute)
	say := func(lifetime time.Duration) {
		w.step(w.nodes[1], Submit{To: toNode(2), Precedence: bundle.Routine, Lifetime: lifetime, Text: strings.Repeat("0123456789", 100), By: "test"})
	}
	say(2 * time.Minute)
	w.run(time.Minute)
	if got := len(w.inbox(2)); got != 1 {
		t.Errorf("%d messages came while there was room", got)
	}
	first := len(w.nodes[1].frames)
	for range 180 {
		say(30 * time.Minute)
		w.run(time.Minute)
	}
	begun := map[uint16]bool{}
	for _, f := range w.fragments(1, first) {
		begun[f.Transfer] = true
	}
	if got := len(w.inbox(2)) - 1; got < 20 || got < len(begun)*9/10 {
		t.Errorf("%d begun, %d came", len(begun), got)
	}
	w.sound()
}
