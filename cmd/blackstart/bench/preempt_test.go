package bench

import "testing"

// TestFlashWaitsForOneFragment: whenever a FLASH comes, it waits no longer than
// one fragment is on the air and one contention lasts. All of it is virtual time,
// so that the seed decides.
func TestFlashWaitsForOneFragment(t *testing.T) {
	const seed = 1
	r, err := Preempt(PreemptOptions{Rounds: 60, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	got := values(t, r)
	positive(t, got, "preempt/wait_s", "preempt/wait_mean_s", "preempt/fragment_s", "preempt/contention_s", "preempt/fragments")
	if got["preempt/wait_s"] > got["preempt/fragment_s"]+got["preempt/contention_s"] || got["preempt/overtaken"] > 1 {
		t.Errorf("seed %d: %v", seed, got)
	}
	if n := got["preempt/fragments"]; n < 17 { // 4 kB in frames of 255 bytes
		t.Errorf("the long message went in %v fragments", n)
	}
}
