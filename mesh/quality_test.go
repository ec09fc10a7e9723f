package mesh

import (
	"math"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// hearing returns how two nodes hear each other on a link, as one of them tells.
func (w *world) hearing(at, other ident.Number, link int) (in, out *Hearing) {
	w.t.Helper()
	for _, nb := range w.nodes[at].node.Status().Neighbours {
		if nb.Node == other && nb.Link == link {
			return nb.In, nb.Out
		}
	}
	w.t.Fatalf("node %d does not hear node %d on link %d", at, other, link)
	return nil, nil
}

// chat has both nodes say something now and then.
func (w *world) chat(minutes int) {
	for i := range minutes {
		w.submit(ident.Number(1+i%2), toAll, bundle.Routine, "all is well here")
		w.run(time.Minute)
	}
}

func isWithin(v *int, low, high int) bool { return v != nil && *v >= low && *v <= high }

// TestBothKnowHowWellTheyHear: one direction is bad, and both ends know which, on a
// node whose counter runs over two links.
func TestBothKnowHowWellTheyHear(t *testing.T) {
	w := newWorld(t, 3)
	c := w.channel(radio1200, 0, 1, 2)
	w.channel(radio1200, 1, 1, 3)
	n := 0
	c.lose = func(from, _ ident.Number, _ []byte) bool {
		n++
		return from == 1 && n%5 < 2
	}
	w.chat(120)
	in, out := w.hearing(2, 1, 0)
	if !isWithin(in.Loss, 250, 550) || out == nil || !isWithin(out.Loss, 0, 40) || in.Grade() == GradeWell || out.Grade() != GradeWell {
		t.Errorf("node 2 hears with a loss of %v and is heard with %+v", *in.Loss, out)
	}
	in, out = w.hearing(1, 2, 0)
	if !isWithin(in.Loss, 0, 0) || out == nil || !isWithin(out.Loss, 250, 550) {
		t.Errorf("node 1 hears with a loss of %v and is heard with %+v", *in.Loss, out)
	}
	in, out = w.hearing(3, 1, 1)
	if !isWithin(in.Loss, 0, 0) || out == nil || !isWithin(out.Loss, 0, 0) {
		t.Errorf("on the link without loss: %v, %+v", *in.Loss, out)
	}
	w.sound()
}

// TestWhoIsNotHeardIsTold: the other names all that it hears, and this node is not
// among them. What it said is forgotten when it falls silent.
func TestWhoIsNotHeardIsTold(t *testing.T) {
	w := newWorld(t, 3)
	c := w.channel(radio1200, 0, 1, 2, 3)
	c.lose = func(from, to ident.Number, _ []byte) bool { return from == 1 && to == 2 }
	w.run(20 * time.Minute)
	if _, out := w.hearing(1, 2, 0); out == nil || out.Heard || out.Grade() != GradeNot {
		t.Errorf("%+v", out)
	}
	if _, out := w.hearing(1, 3, 0); out == nil || !out.Heard || out.Grade() != GradeWell {
		t.Errorf("%+v", out)
	}
}

// TestARestartIsNoLoss: who begins anew counts from the beginning, and its counter
// leaps.
func TestARestartIsNoLoss(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.chat(30)
	w.start(1)
	w.chat(30)
	if in, _ := w.hearing(2, 1, 0); !isWithin(in.Loss, 0, 0) {
		t.Errorf("a loss of %v", in.Loss)
	}
}

func TestCounts(t *testing.T) {
	var q quality
	frames := uint16(frame.FramesMask - 10)
	counter := uint32(5)
	for i := range 400 {
		frames = (frames + 10) & frame.FramesMask
		for j := range 10 {
			counter += 3
			if i < 200 || j >= 5 {
				q.take(counter, nil)
			}
		}
		q.count(frames)
		switch loss, known := q.loss(); {
		case i == 0 && known, i > 0 && !known, i < 200 && loss != 0, i == 210 && loss < 300, i == 399 && (loss < 490 || loss > 510):
			t.Fatalf("round %d: %d, %v", i, loss, known)
		}
	}
	q.count(frames) // a lie: no frame more
	q.count(0)      // another
	if loss, _ := q.loss(); loss < 490 || loss > 510 {
		t.Errorf("counts that cannot be: %d", loss)
	}
}

func TestLevelsFade(t *testing.T) {
	var q quality
	for range 100 {
		q.take(1, &radio.Signal{RSSI: -120, SNR: -12.4})
	}
	if q.snr.value() != -12 || q.rssi.value() != -120 {
		t.Errorf("%d dB, %d dBm", q.snr.value(), q.rssi.value())
	}
	for range 100 {
		q.take(1, &radio.Signal{RSSI: -60, SNR: 9})
	}
	if q.snr.value() != 9 || q.rssi.value() != -60 {
		t.Errorf("%d dB, %d dBm", q.snr.value(), q.rssi.value())
	}
	q.take(1, &radio.Signal{RSSI: math.MinInt, SNR: math.NaN()})
	if q.snr.value() != 9 {
		t.Errorf("no number: %d dB", q.snr.value())
	}
}

func TestMargin(t *testing.T) {
	l := new(link)
	l.profile.Air.LoRa.Spreading = 8
	nb := &neighbour{}
	nb.quality.take(1, &radio.Signal{RSSI: -100, SNR: -7})
	if in, _ := l.hears(0, nb); *in.Margin != 3 || in.Grade() != GradeFairly {
		t.Errorf("%d dB, %s", *in.Margin, in.Grade())
	}
	nb.quality.take(2, nil)
	if in, _ := (&link{}).hears(0, &neighbour{}); in.Margin != nil || in.Grade() != GradeHeard {
		t.Errorf("%+v", in)
	}
}
