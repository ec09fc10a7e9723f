package airtime

import "testing"

func TestFloor(t *testing.T) {
	for spreading, want := range map[int]int{6: -50, 7: -75, 8: -100, 10: -150, 12: -200} {
		if got := (LoRa{Spreading: spreading}).Floor(); got != want {
			t.Errorf("factor %d: %d, want %d", spreading, got, want)
		}
	}
}
