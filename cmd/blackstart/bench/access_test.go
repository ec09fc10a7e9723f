package bench

import "testing"

// TestFlashComesThroughACrowd: eight stations in reach of each other, with as much to
// send as the channel carries and more. Every FLASH arrives. All of it is virtual time,
// so that the seed decides.
func TestFlashComesThroughACrowd(t *testing.T) {
	const seed = 1
	for _, c := range accessCases() {
		if c.nodes != 8 {
			continue
		}
		var got accessTally
		if err := got.run(c, seed); err != nil {
			t.Fatal(err)
		}
		if got.flashLost > 0 || len(got.flash) != 10*7 {
			t.Errorf("%s, seed %d: %d times a FLASH arrived, %d times not", c.name, seed, len(got.flash), got.flashLost)
		}
		if all := len(got.routine) + got.routineLost; len(got.routine) < all/2 {
			t.Errorf("%s, seed %d: %d of %d ROUTINE arrived", c.name, seed, len(got.routine), all)
		}
	}
}
