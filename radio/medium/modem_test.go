package medium

import (
	"testing"
	"time"
)

// TestPacketModems: who begins while another keys up destroys both frames; at 8 dB the
// stronger one is heard; what ends in the first part of TXDELAY does no harm.
func TestPacketModems(t *testing.T) {
	for _, cfg := range []Config{AFSK(), FSK()} {
		cfg.Sense, cfg.Queue = time.Hour, 1 // deaf to carriers
		cfg.Persistence = 1
		frame := int(cfg.Airtime(100) / time.Millisecond)
		checkOverlaps(t, cfg, []overlapCase{
			{"alone", []float64{-111}, []shot{{from: 1, length: 100}}, []int{1}},
			{"too weak", []float64{-117}, []shot{{from: 1, length: 100}}, nil},
			{"together", []float64{-90, -90}, []shot{{from: 1, length: 100}, {from: 2, at: frame / 2, length: 100}}, nil},
			{"the last millisecond", []float64{-90, -90}, []shot{{from: 1, length: 100}, noise(2, frame-1, 1000)}, nil},
			{"8 dB", []float64{-90, -98}, []shot{{from: 1, length: 100}, {from: 2, at: frame / 2, length: 100}}, []int{1}},
			{"keying up", []float64{-90, -80}, []shot{{from: 1, length: 100}, noise(2, 0, int(cfg.Overhead/time.Millisecond)*4/5)}, []int{1}},
			{"longer than that", []float64{-90, -80}, []shot{{from: 1, length: 100}, noise(2, 0, int(cfg.Overhead/time.Millisecond)*4/5+1)}, nil},
		})
	}
}
