package at

import (
	"hash/fnv"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// turn says when a frame may go out through a radio that does not listen before
// it transmits. Such radios hear only that a transmission has ended, so that is
// what they go by:
//
//	a frame was heard           its transmitter is silent now: anybody may begin, once all
//	                            listen again and a random time within the window has
//	                            passed, so that not all begin at once
//	a frame of ours went out    the others have the window to begin in and a frame's time
//	                            to end in; then it is anybody's turn, ours too
//	nothing for as long         at once
//
// Without it a node with a full queue would transmit without a pause and hear
// nobody, least of all the acceptances that would empty the queue.
type turn struct {
	longest time.Duration // transmission; 0: the radio listens
	free    clock.Instant // since when it is anybody's turn; 0: nothing was heard or sent yet
	draws   uint64        // so far, so that the same frame draws another time
}

// windows is how many of the longest transmissions fit into the window: two small
// frames can miss each other in it, and a lone transmitter is on the air for a
// fifth of the time, twice of what the law allows where it allows most.
const windows = 2

// settle is how long a radio may be deaf after a frame, its own or another's, until
// it is told to receive again.
const settle = 100 * time.Millisecond

func (t *turn) window() time.Duration { return windows * t.longest }

// heard says that a frame has just ended.
func (t *turn) heard(now clock.Instant) { t.free = now.Add(settle) }

// sent says that a frame of ours has just ended.
func (t *turn) sent(now clock.Instant) { t.free = now.Add(settle + t.window() + t.longest) }

// of returns when a frame may begin. What is random about it comes from the frame:
// it is sealed, so no two nodes have the same.
func (t *turn) of(now clock.Instant, frame []byte) clock.Instant {
	if t.longest == 0 || t.free == 0 {
		return now
	}
	t.draws++
	h := fnv.New64a()
	h.Write(frame)
	h.Write([]byte{byte(t.draws), byte(t.draws >> 8)})
	const steps = 1 << 16
	wait := t.window() / steps * time.Duration(h.Sum64()>>32%steps)
	return max(now, t.free.Add(wait))
}
