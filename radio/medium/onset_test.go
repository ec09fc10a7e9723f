package medium

import "testing"

// Where the rule of Onset differs from the others, and where it does not.
func TestOnset(t *testing.T) {
	two, three := []float64{-90, -90}, []float64{-90, -96, -90}
	checkOverlaps(t, sharp(func(r *Receiver) { r.Summing = Onset }), []overlapCase{
		{"equal", two, []shot{frame(1, 0, 100), frame(2, 50, 100)}, nil},
		{"6 dB", []float64{-90, -96}, []shot{frame(1, 0, 100), frame(2, 50, 100)}, []int{1}},
		{"6 dB, the stronger comes later", []float64{-96, -90}, []shot{frame(1, 0, 100), frame(2, 50, 100)}, []int{2}},
		{"5.999 dB", []float64{-90, -95.999}, []shot{frame(1, 0, 100), frame(2, 50, 100)}, nil},
		{"the end of one in the lead of the other", two, []shot{frame(1, 0, 100), frame(2, 90, 100)}, []int{1, 2}},
		{"and 1 ms more", two, []shot{frame(1, 0, 100), frame(2, 89, 100)}, nil},
		{"a carrier that is too weak", []float64{-119, -121}, []shot{frame(1, 0, 100), frame(2, 50, 100)}, []int{1}},
		// 2 is lost against 1 on arrival, and so does not disturb 3, which comes behind 1.
		{"what was lost on arrival disturbs no more", three, []shot{frame(1, 0, 100), frame(2, 50, 200), frame(3, 110, 90)}, []int{1, 3}},
		// 2 is lost to a later, stronger one, and disturbs on.
		{"what was lost later does", []float64{-90, -96, -96}, []shot{frame(2, 0, 200), frame(1, 50, 50), frame(3, 110, 90)}, []int{1}},
		{"a jammer", two, []shot{frame(1, 0, 100), noise(2, 50, 100)}, nil},
	})
}
