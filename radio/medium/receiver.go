package medium

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Receiver says how the stations of a channel receive. It belongs to the channel:
// that one station hears better than another goes into the powers of its paths.
type Receiver struct {
	Noise     float64                              // dBm, of the receiver in its bandwidth; Delivered.SNR is against it
	Modes     []Mode                               // 1 to MaxModes; a station begins with the first, Tune chooses another
	Capture   float64                              // dB by which a frame has to be above interference of its own mode
	Rejection func(wanted, disturbing int) float64 // the same between two spreading factors that differ: see Croce, Goursaud; nil: they do not disturb each other
	Summing   Summing                              // how interference counts
	Locked    bool                                 // a receiver stays with the first frame that it could receive until that ends, and loses what comes meanwhile, however strong; false: each frame is judged for itself
	Fading    float64                              // dB, standard deviation, anew for each frame and hearer
	Detect    float64                              // dB below the sensitivity down to which a carrier is noticed
	OwnOnly   bool                                 // only carriers of the station's own mode are noticed (LoRa's channel activity detection); false: all (a squelch)
}

// Mode is a modulation that a station can be tuned to.
type Mode struct {
	SF          int                       // spreading factor; 0 where there is none
	Sensitivity float64                   // dBm
	Lead        time.Duration             // into a frame: interference that ends before does no harm
	Sense       time.Duration             // how long a carrier lasts before it is noticed; 0: as the channel says
	OnAir       func(n int) time.Duration // of a frame of n bytes; nil: as the channel says
}

// MaxModes is how many modes a channel may have.
const MaxModes = 8

// Summing says how the interference to a frame is summed, over the part of the
// frame that lies behind its Mode.Lead. All weigh an interferer by the margin that
// the frame needs above it, as Capture and Rejection say.
type Summing uint8

// Ways of summing.
const (
	// Energy of all interferers, each over the time for which it overlaps, has
	// to stay below the frame's own. A short overlap does little harm, as behind
	// an interleaver and an error-correcting code. This is how ns-3's lorawan
	// module judges, but that there each spreading factor is judged for itself.
	Energy Summing = iota
	// Peak is the most that all interferers at one time amount to. A short
	// overlap is as bad as a long one: modems without error correction.
	Peak
	// Single is the strongest interferer, as if it were alone: the rule of
	// LoRaSim and of what came from it.
	Single
	// Onset judges once, when a frame arrives, pair by pair, as Meshtasticator does:
	// a frame on whose end only the newcomer's Lead falls is not harmed either, what
	// is below the sensitivity harms nobody, and a frame that is lost on arrival harms
	// none of those that come after it. Kinder than any radio; it is here to be
	// compared with what that simulator found.
	Onset
)

// Mode returns the mode of a spreading factor.
func (r *Receiver) Mode(sf int) (Mode, bool) {
	for _, m := range r.Modes {
		if m.SF == sf {
			return m, true
		}
	}
	return Mode{}, false
}

func (r *Receiver) check() error {
	if len(r.Modes) < 1 || len(r.Modes) > MaxModes {
		return fmt.Errorf("receiver has %d modes, want 1 to %d", len(r.Modes), MaxModes)
	}
	numbers := []float64{r.Noise, r.Capture, r.Fading, r.Detect}
	for i, m := range r.Modes {
		if slices.ContainsFunc(r.Modes[:i], func(o Mode) bool { return o.SF == m.SF }) {
			return fmt.Errorf("spreading factor %d is there twice", m.SF)
		}
		if m.Lead < 0 || m.Sense < 0 {
			return fmt.Errorf("mode %d: lead %v and sense %v, want 0 or more", i, m.Lead, m.Sense)
		}
		numbers = append(numbers, m.Sensitivity)
	}
	for _, n := range numbers {
		if math.IsNaN(n) || math.Abs(n) > limit {
			return fmt.Errorf("receiver has a value of %v dB, want -%d to %d", n, limit, limit)
		}
	}
	if r.Fading < 0 || r.Summing > Onset {
		return fmt.Errorf("receiver with fading %v and summing %d, want 0 or more, and 0 to %d", r.Fading, r.Summing, Onset)
	}
	return nil
}
