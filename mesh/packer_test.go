package mesh

import (
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// TestPackerKeepsToTheMTU fills frames with bodies that fit and with bodies of
// all the room that is left, and compares with the frame's exact size.
func TestPackerKeepsToTheMTU(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 0))
		mtu := 50 + rng.IntN(400)
		p := newPacker(mtu)
		for range 1 + rng.IntN(6) {
			size := rng.IntN(160)
			if rng.IntN(3) == 0 {
				size = p.left()
				if size > 0 && !p.fits(size) {
					t.Fatalf("seed %d: %d bytes are left, but do not fit", seed, size)
				}
			}
			if size > 0 && p.fits(size) {
				p.add(frame.Item{Kind: frame.KindVector, Body: make([]byte, size)})
			}
		}
		if len(p.items) == 0 {
			continue
		}
		if got := frame.Size(frame.Frame{From: 1, Items: p.items}); got > mtu {
			t.Fatalf("seed %d: frame of %d bytes with an MTU of %d", seed, got, mtu)
		}
	}
}
