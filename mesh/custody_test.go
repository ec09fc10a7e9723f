package mesh

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// TestAnAcceptanceOfThousands: one frame of a LAN accepts more messages than
// one batch could note. (The store refuses batches that are too large.)
func TestAnAcceptanceOfThousands(t *testing.T) {
	w := newWorld(t, 2)
	for range 3000 {
		w.submit(1, toAll, bundle.Routine, strings.Repeat("x", 200))
	}
	w.channel(radio.Profile{Name: "lan", MTU: radio.MaxMTU, BitsPerSecond: 100_000_000, Secure: true}, 0, 1)
	acc, hashes := frame.Accept{To: 1}, sha256.New()
	for _, e := range w.nodes[1].taken {
		hash := w.nodes[1].node.candidates(e.Message.ID)[0].hash
		hashes.Write(hash[:])
		acc.IDs = append(acc.IDs, e.Message.ID)
	}
	var err error
	if acc.MAC, err = w.nodes[2].node.acceptMAC(1, 2, 1, acc.IDs, hashes.Sum(nil)); err != nil {
		t.Fatal(err)
	}
	w.speak(2, 1, 7000, frame.Item{Kind: frame.KindAccept, Body: acc.Append(nil)})
	for _, e := range w.nodes[1].taken {
		if m, _ := Find(w.nodes[1].store, e.Message.ID); m.State != Held {
			t.Fatalf("%v is %v", e.Message.ID, m.State)
		}
	}
}
