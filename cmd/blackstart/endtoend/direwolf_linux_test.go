package endtoend

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/direwolf"
	"github.com/blackstart-mesh/blackstart/internal/peers"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// TestMessagesOverRealModems sends 20 messages each way over two Dire Wolf
// modems at 1200 bit/s, joined by sound, and a FLASH last, which has to arrive
// before the queue.
func TestMessagesOverRealModems(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes of radio time")
	}
	t.Parallel()
	peers.Require(t, direwolf.DefaultProgram)
	channel, err := direwolf.Start(context.Background(), direwolf.Config{Dir: t.TempDir(), Stations: 2, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { channel.Close() })
	nodes := newStations(t, channel.URL(0), channel.URL(1))
	meet(t, time.Minute, nodes...)
	start := time.Now()
	for i := range 20 {
		length := 20 + i*180/19 // 20 to 200 characters
		nodes[0].send(2, bundle.Routine, "a"+words(i, length-1))
		nodes[1].send(1, bundle.Routine, "b"+words(i, length-1))
	}
	const flash = "FIRE in the switchroom, everybody out"
	nodes[0].send(2, bundle.Flash, flash)
	begun := nodes[0].begun(bundle.Routine) // in frames that the modem had; four of the short ones fit into one
	exchanged(t, 8*time.Minute, nodes[0], nodes[1])
	place := slices.Index(nodes[1].received(), flash)
	if place > begun || begun > 10 { // with more, there is no queue left to overtake
		t.Errorf("the FLASH arrived after %d ROUTINE messages; %d of 20 had been on the air", place, begun)
	}
	t.Logf("41 messages proven delivered after %.0f s; the FLASH came as number %d", time.Since(start).Seconds(), place+1)
}
