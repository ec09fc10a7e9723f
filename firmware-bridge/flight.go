package bridge

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Flight reckons when a device that does not tell has transmitted a frame.
//
// The device's sequence is: take the frame from us; wait until the channel is
// free; contend for it; key up; transmit. All but the wait for the channel is
// known, the contention by its mean. And the wait shows: while the device
// receives it does not transmit. So when a frame is heard before the time
// reckoned, and the time before its reception was too short for ours to have gone
// out without contention, ours starts after it.
//
// What stays unseen is a carrier from which no frame was decoded. Then a frame
// waits in the device when the next is handed over.
type Flight struct {
	Start  clock.Instant // the earliest moment at which its contention can have begun
	Draws  time.Duration // time reckoned for contention
	Length time.Duration // on the air
	Tail   time.Duration // that a transmission goes on after its frame was received
	busy   time.Duration // by which others have put the start off
}

// longestBusy is how long others may put a frame off. A device that makes out to hear
// frames without an end would else keep ours for ever.
const longestBusy = time.Minute

// Done is when the frame counts as sent.
func (f *Flight) Done() clock.Instant { return f.Start.Add(f.Draws + f.Length) }

// Heard says that a frame whose transmission takes length was received just now.
// The other's tail, taken to be like ours, comes after its frame.
func (f *Flight) Heard(now clock.Instant, length time.Duration) {
	busySince := now.Add(f.Tail - length)
	free := now.Add(f.Tail)
	later := free.Sub(f.Start)
	if f.Start.Add(f.Length) > busySince && later > 0 && f.busy+later <= longestBusy {
		f.Start, f.busy = free, f.busy+later
	}
}
