package terrain

import (
	"math"
	"testing"
)

// TestBuildingLoss holds the walls to the ranges and shares of TR 45.820.
func TestBuildingLoss(t *testing.T) {
	const n = 20_000
	mean := func(b Building, least, most float64) (sum float64) {
		for node := range n {
			x := buildingLoss(7, node, b)
			if x != buildingLoss(7, node, b) {
				t.Fatalf("node %d: the walls changed", node)
			}
			if x < least || x > most {
				t.Fatalf("%s, node %d: %v dB, want %v to %v", b, node, x, least, most)
			}
			sum += x
		}
		return sum / n
	}
	// Inner walls: 0 to 3 of 4 to 10 dB, or up to 9 dB of rooms, whichever is more.
	const inner = 30
	light, solid, thick := mean(LightWalls, 4, 11+inner), mean(SolidWalls, 11, 19+inner), mean(ThickWalls, 19, 23+inner)
	if math.Abs(solid-light-7.5) > 0.05 || math.Abs(thick-light-13.5) > 0.05 {
		t.Errorf("means of %.2f, %.2f and %.2f dB; the outer walls have 7.5, 15 and 21 dB", light, solid, thick)
	}
	if beyond := light - 7.5; beyond < 9.09 || beyond > 12 {
		t.Errorf("inner walls of %.2f dB in the mean; 1.3 walls alone have 9.1", beyond)
	}
	if any, want := mean(AnyWalls, 4, 23+inner), 0.25*light+0.65*solid+0.10*thick; math.Abs(any-want) > 0.15 {
		t.Errorf("walls of any kind: %.2f dB, want %.2f", any, want)
	}
	if mean(Outdoor, 0, 0) != 0 {
		t.Error("walls outdoors")
	}
}
