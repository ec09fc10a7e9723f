package mesh

import (
	"reflect"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// TestVectorsFallOutOfStep: nodes that send their vectors at one instant, as
// those do that answer one beacon, do not send the next ones together.
func TestVectorsFallOutOfStep(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2, 3)
	w.run(time.Minute)
	next := make(map[int64]bool)
	for _, num := range w.order {
		n := w.nodes[num].node
		n.now.Mono = w.now
		n.cutVector(n.links[0])
		next[int64(n.links[0].vectorNext/10_000_000)] = true
	}
	if len(next) != 3 {
		t.Errorf("of three nodes, %d send their next vectors at different times", len(next))
	}
}

// TestAVectorIsCutOnce: a neighbour that proves nothing says again and again that
// something differs. The vectors are encoded once until something comes, and what is
// sent is never old.
func TestAVectorIsCutOnce(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	n := w.nodes[1].node
	l := n.links[0]
	for seq := range uint16(2000) {
		n.vectors.AddHave(bundle.ID{Origin: 2, Day: w.today(), Seq: 2 * seq})
	}
	w.hear(1, w.under(3, 9000, emptyVector())) // now it is a neighbour
	if l.proven(3) || n.vectorSize(l) < 100*len(l.neighbours) {
		t.Fatal("nothing is tested")
	}
	l.vectorDue, l.segments = clock.Never, nil
	held := w.counter(1, countHeld)
	if got := testing.AllocsPerRun(10, func() { n.wantVector(l, 3) }); got > 0 || w.counter(1, countHeld) == held {
		t.Errorf("%v allocations for a vector that is not sent", got)
	}
	n.vectors.AddHave(bundle.ID{Origin: 2, Day: w.today(), Seq: 4001})
	n.cutVector(l)
	if got, want := l.segments, n.vectors.Segments(l.room()); !reflect.DeepEqual(got, want) {
		t.Error("an old vector goes out")
	}
}

// TestAnswersOfHiddenNodesFallApart: a node that hears one neighbour does not
// answer it at once, since another one that it does not hear may do the same.
func TestAnswersOfHiddenNodesFallApart(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	n := w.nodes[1].node
	least, most := time.Hour, time.Duration(0)
	for range 50 {
		d := n.offerDelay(n.links[0])
		least, most = min(least, d), max(most, d)
	}
	if frame := n.links[0].profile.Airtime(60); most-least < 2*frame {
		t.Errorf("answers come after %v to %v; a frame of 60 bytes takes %v", least, most, frame)
	}
}

// TestVectorsKeepToAThird of the airtime where that is limited, however long they are.
func TestVectorsKeepToAThird(t *testing.T) {
	for _, p := range []radio.Profile{lora(), radio1200} {
		w := newWorld(t, 1)
		w.channel(p, 0, 1)
		n := w.nodes[1].node
		for origin := range 120 { // of each, some were missed
			for seq := uint16(0); seq < 9; seq += 3 {
				n.vectors.AddHave(bundle.ID{Origin: ident.Number(2 + origin), Day: w.today(), Seq: seq})
			}
		}
		l := n.links[0]
		n.now = w.reading()
		n.cutVector(l)
		took := time.Duration(0)
		for _, s := range l.segments {
			took += p.Airtime(frame.FirstOverhead + len(s))
		}
		pause := l.vectorNext.Sub(w.now)
		if share := l.air.rule.Share(); share > 0 && (len(l.segments) < 2 || float64(took) > 0.46*share*float64(pause)) {
			t.Errorf("%d segments take %v, and a pause of %v", len(l.segments), took, pause)
		} else if share == 0 && pause > 5*l.timing.VectorGap/2 { // it is the second one of the same, and drawn by lot
			t.Errorf("without a limit, a pause of %v", pause)
		}
	}
}
