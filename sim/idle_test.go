package sim

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// TestIdleCounty: where nobody writes, each node has a beacon every 15 minutes, and with
// the keys of the day one or two frames more in an hour.
func TestIdleCounty(t *testing.T) {
	const nodes = 60
	o := IdleCounty(1, nodes, QuietDuty)
	o.Unchecked = false
	w := newWorld(t, o)
	w.RunFor(2 * time.Hour)
	before := w.Air(0).TxFrames
	w.RunFor(2 * time.Hour)
	want(t, w, true, "nothing is wrong")
	if each := float64(w.Air(0).TxFrames-before) / nodes / 2; each < 4 || each > 8 {
		t.Errorf("%.2f frames of each node in an hour", each)
	}
	if links := len(o.Channels[0].Paths); links < 5*nodes || links > 11*nodes {
		t.Errorf("%d paths among %d nodes", links, nodes)
	}
}

// TestStoriesOnlyTell: the same happens if somebody listens, and the checkers see the same.
func TestStoriesOnlyTell(t *testing.T) {
	s := storm(77, 12)
	quiet, err := Run(s)
	if err != nil || !quiet.OK() {
		t.Fatal(err, quiet)
	}
	lines := uint64(0)
	s.Story = func(string) { lines++ }
	told, err := Run(s)
	if err != nil || !told.OK() || told.Hash != quiet.Hash || lines != told.Events {
		t.Errorf("%v: %v, %d lines; without a story %v", err, told, lines, quiet)
	}
}

// TestCheckersOnlyWatch: the same happens without them.
func TestCheckersOnlyWatch(t *testing.T) {
	var hash [2][32]byte
	for i := range hash {
		o := demo(5, 1200)
		o.Unchecked = i == 1
		w := newWorld(t, o)
		w.Submit(Message{At: time.Second, From: 0, To: node(3), Bytes: 300})
		w.Submit(Message{At: 2 * time.Second, From: 3, To: everyone, Bytes: 40, Precedence: bundle.Flash})
		w.RunFor(5 * time.Minute)
		if r := w.Result(); r.Messages[0].Copies[0].Arrived < 0 || r.Messages[0].Known < 0 || r.Messages[1].Copies[0].Arrived < 0 {
			t.Errorf("%+v", r.Messages)
		}
		hash[i] = w.Hash()
	}
	if hash[0] != hash[1] {
		t.Error("another run")
	}
}
