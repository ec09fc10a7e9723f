package sim

import (
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// TestTheSenderLearnsWhoHolds: radios that do not listen before they talk lose much to
// each other, acceptances too. Whoever can hear the sender has its message soon; the
// sender is told so in the end, however many acceptances were lost.
func TestTheSenderLearnsWhoHolds(t *testing.T) {
	seeds := uint64(60)
	if testing.Short() {
		seeds = 12
	}
	late := 0
	for seed := uint64(1); seed <= seeds; seed++ {
		c := vhf(9600, All(0, 3), Clique(0, 1, 2))
		c.Radio = medium.Config{BitsPerSecond: 9600, Overhead: 40 * time.Millisecond, Sense: time.Hour, Slot: 10 * time.Millisecond, Persistence: 1}
		w := newWorld(t, Options{Seed: seed, Nodes: 4, Channels: []Channel{c}})
		w.Faults.Loss = 0.5
		w.RunFor(time.Minute)
		// To somebody who is not there, so that no receipt tells.
		var sent []int
		for i, text := range []string{"short", strings.Repeat("of several fragments ", 40)} {
			sent = append(sent, w.Submit(Message{At: time.Duration(i) * time.Second, From: 0, To: node(3), Precedence: bundle.Immediate, Text: text}))
		}
		held := func() bool {
			for _, m := range sent {
				if state, ok := w.State(m); !ok || state != mesh.Held {
					return false
				}
			}
			return true
		}
		if !w.RunUntil(5*time.Minute, held) {
			late++
		}
		if !w.RunUntil(3*time.Hour, held) {
			for _, m := range sent {
				state, _ := w.State(m)
				t.Errorf("seed %d: the sender of message %d knows it as %v", seed, m, state)
			}
		}
		if v := w.Violations(); len(v) > 0 {
			t.Errorf("seed %d: %s", seed, strings.Join(v, "\n"))
		}
	}
	t.Logf("%d of %d after more than 5 minutes", late, seeds)
}
