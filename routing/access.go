package routing

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// How the stations of a channel take turns, without a master and without hearing each
// other's carrier where the radio does not tell. It is what IEEE 802.11 does with its
// access categories and backoff, with the load for what that takes from collisions.

// WholeLot is what lots are drawn below.
const WholeLot = 1000

// Contention is how long a channel is left free after a frame of another: for a fixed
// time and a part of a window that was drawn by lot, both the shorter the more urgent
// the class is; the window grows with the neighbours, who have as good a reason to
// speak now. What was waited already counts. A FLASH does not wait.
func (t Timing) Contention(p bundle.Precedence, lot int64, neighbours int, waited time.Duration) time.Duration {
	fixed := t.Slot * [...]time.Duration{0, 1, 2, 3}[p]
	window := t.Slot * [...]time.Duration{0, 2, 4, 8}[p] * time.Duration(max(2, neighbours)) / 4
	return max(0, fixed+window*time.Duration(lot)/WholeLot-waited)
}

// MaxTurns is up to how many neighbours turns are longer, the more there are.
const MaxTurns = 16

// Answers is how long it takes until all who heard a frame had their turn to answer it,
// where so many neighbours are.
func (t Timing) Answers(neighbours int) time.Duration {
	return t.AnswerSlot * time.Duration(min(neighbours, MaxTurns)+1)
}

// Rest is what a class leaves free after a frame of its own, of what ROUTINE does.
func (t Timing) Rest(p bundle.Precedence, routine time.Duration) time.Duration {
	return routine * [...]time.Duration{0, 1, 2, 4}[p] / 4
}

// RoutineRest is how long ROUTINE leaves a channel to others after a frame that took so
// long, of which they fill a share of the time, in thousandths. Where n stations always
// have something to send, each may fill 1/n of what the channel carries well: about
// half of the time where radios listen before they talk, and half of that where
// they do not. The cube comes near that for any n without knowing it; where few
// neighbours fill the channel, no more is left to them than their share.
func (t Timing) RoutineRest(frame time.Duration, share int64, neighbours int) time.Duration {
	most := 2000 * int64(neighbours+1) // frames, in thousandths
	if !t.Listens {
		share, most = 2*share, 2*most
	}
	share = min(share, 1000)
	times := min(128*share*share*share/1e6, most)
	return frame * time.Duration(times) / 1000
}
