package reference

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// carried is a message in a node's buffer.
type carried struct {
	Message
	copies int // that this node may still give away, its own included; spray-and-wait only
}

// buffer is what a node carries, the oldest first: by when it came or was written.
//
// Rules of the ONE (routing/MessageRouter, ActiveRouter): room for a message is made by
// dropping what came first, but for a message that is just being sent; a message that was
// dropped may come again, for nothing is remembered of it; of those that were delivered
// here, the addressee remembers all, for ever.
type buffer struct {
	size     int // bytes; 0: no limit
	messages []*carried
	used     int
	done     numbers // delivered here, or not wanted for good
	held     numbers
	checked  clock.Instant // when what has expired was looked for last
}

// known reports whether a message is not wanted: it is here, or was delivered here.
func (b *buffer) known(n int) bool { return b.held.has(n) || b.done.has(n) }

func (b *buffer) put(c *carried) {
	b.messages = append(b.messages, c)
	b.used += c.Bytes
	b.held.put(c.N, true)
}

func (b *buffer) remove(i int) *carried {
	c := b.messages[i]
	b.messages = slices.Delete(b.messages, i, i+1)
	b.used -= c.Bytes
	b.held.put(c.N, false)
	return c
}

// fits reports whether a message could ever have room.
func (b *buffer) fits(bytes int) bool { return b.size == 0 || bytes <= b.size }

// makeRoom drops the oldest until so many bytes are free, and reports whether they are.
func (b *buffer) makeRoom(bytes int, sending *carried, dropped func(*carried)) bool {
	for b.size > 0 && b.used+bytes > b.size {
		i := slices.IndexFunc(b.messages, func(c *carried) bool { return c != sending })
		if i < 0 {
			return false
		}
		dropped(b.remove(i))
	}
	return true
}

// The ONE counts what is left of a lifetime in whole minutes, rounded down, and takes
// a message with none left for expired (core/Message.getTtl): a minute early. It looks
// once a minute (ActiveRouter.TTL_CHECK_INTERVAL), and not while it is sending.
const minute = time.Minute

func (c *carried) expired(now clock.Instant) bool { return c.Expires.Sub(now) < minute }

func (b *buffer) dropExpired(now clock.Instant, dropped func(*carried)) {
	if now.Sub(b.checked) < minute {
		return
	}
	b.checked = now
	for i := 0; i < len(b.messages); {
		if b.messages[i].expired(now) {
			dropped(b.remove(i))
		} else {
			i++
		}
	}
}
