package routing

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// Timing says how long a node waits for what on one link. All of it follows
// from the link's speed: what is seconds on a 1200 bit/s radio is milliseconds
// on a LAN.
type Timing struct {
	HelloMin   time.Duration // between beacons while something changes
	HelloMax   time.Duration // between beacons when all is quiet
	Lost       time.Duration // a neighbour not heard for so long is gone
	AcceptSlot time.Duration // a short frame
	Retry      time.Duration // without an acceptance, the first repetition
	Gap        time.Duration // left free after each transmission for others
	VectorGap  time.Duration // between vectors, at first
	Burst      int           // bundles under way without acceptance
	AnswerSlot time.Duration // of one of several answers to a frame, with the time that devices take
	Slot       time.Duration // of contention: how long it takes to notice that another has begun
	LoadSpan   time.Duration // over which the load of a channel is measured
	Listens    bool          // the radio waits for a clear channel before it transmits
	Apart      time.Duration // between the longest frames of one node, where the law counts seconds, or others get a word in
}

// MaxAttempts is how often a bundle is repeated before its task rests until a
// vector of the neighbour asks for it again.
const MaxAttempts = 6

// beaconBytes is the size of a frame with a beacon, or an acceptance or two.
const beaconBytes = 32

// TimingOf returns the timing for a link. Beacons of one node take 0.5 % of a
// slow channel when all is quiet and at most a tenth while something changes.
func TimingOf(p radio.Profile) Timing {
	small := p.Airtime(beaconBytes)
	full := p.Airtime(min(p.MTU, 1024))
	t := Timing{
		HelloMin:   clamp(10*small, time.Second, 30*time.Second),
		HelloMax:   clamp(200*small, 10*time.Second, 5*time.Minute),
		AcceptSlot: clamp(small, 2*time.Millisecond, 2*time.Second),
		Retry:      clamp(2*full+6*small, 500*time.Millisecond, 30*time.Second),
		Gap:        clamp(p.Overhead, 0, 200*time.Millisecond),
		VectorGap:  clamp(20*small, 2*time.Second, time.Minute),
		Burst:      32,
		LoadSpan:   clamp(32*full, 5*time.Second, 2*time.Minute),
		Listens:    p.Listens,
	}
	t.Slot, t.AnswerSlot = t.AcceptSlot, t.AcceptSlot+t.Gap
	if p.Listens { // a carrier is noticed, and the device has waits of its own
		t.Slot, t.AnswerSlot = t.Gap, t.AcceptSlot+2*t.Gap
	}
	t.Lost = 7 * t.HelloMax / 2
	if p.Secure { // nobody meets another there
		t.Slot, t.AnswerSlot = 0, t.AcceptSlot
		t.Burst = 4096
	}
	return t
}

// Within returns the timing for a link that may use only a share of the time, 0: all
// of it. Beacons take a fifth of the share while something changes and a tenth when
// all is quiet.
func (t Timing) Within(p radio.Profile, share float64) Timing {
	if share <= 0 {
		return t
	}
	small := time.Duration(float64(p.Airtime(beaconBytes)) / share)
	t.HelloMin, t.HelloMax = max(t.HelloMin, 5*small), max(t.HelloMax, 10*small)
	t.VectorGap = max(t.VectorGap, 10*small)
	t.Lost = 7 * t.HelloMax / 2
	return t
}

func clamp(d, low, high time.Duration) time.Duration { return max(low, min(d, high)) }

// paceSlots bounds over how many acceptance slots requests for fragments are
// spread: who hears another's request need not make it.
const paceSlots = 8

// Backoff returns the wait before the next repetition: doubling, up to 16 times the
// first.
func Backoff(first time.Duration, attempts int) time.Duration {
	return first << min(max(attempts-1, 0), 4)
}

// Pace returns how long those who listen to fragments wait before they ask for more,
// where so many neighbours are. Who forgot them in the time that has to pass between
// two of them would never have them all.
func (t Timing) Pace(neighbours int) frame.Pace {
	neighbours = min(max(1, neighbours), paceSlots)
	return frame.Pace{Silence: t.Retry + t.Apart + t.Contention(bundle.Routine, WholeLot/2, neighbours, 0), Window: t.AnswerSlot * time.Duration(neighbours)}
}
