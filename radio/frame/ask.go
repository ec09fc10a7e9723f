package frame

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Bounds of asking.
const (
	maxAsks = 8 // times that more is asked for, while nothing comes
	maxHush = 3 // times that another's request is relied on, while nothing comes
)

// Pace is how long listeners wait on a link.
type Pace struct {
	Silence time.Duration // since the last shard, before more is asked for
	Window  time.Duration // over which those who lack some spread their requests
}

// Patience is how long a transfer of which nothing is heard is remembered.
func (p Pace) Patience() time.Duration { return p.Silence + maxAsks*p.again() }

// again is how long an answer may take: until the requests of others are in, and
// something more urgent is out.
func (p Pace) again() time.Duration { return 2*p.Silence + 2*p.Window }

// Listen is how long a sender leaves those who lack some to ask for it, before it
// takes it that nobody heard anything.
func (p Pace) Listen() time.Duration { return p.Silence + 2*p.Window }

// asking is what a listener knows of its requests for one transfer.
type asking struct {
	heard clock.Instant // the last shard
	asked clock.Instant // the last request that would do: its own, or another's
	asks  int           // its own since a shard was of use
	hush  int           // others' since then
}

func (a *asking) progress() { a.asks, a.hush = 0, 0 }

// Ask is a request to be made for a transfer.
type Ask struct {
	Transfer
	From ident.Number // whom to ask: the one heard last
	at   clock.Instant
}

// due returns when to ask next. Who lacks most asks first, so that its request
// does for the others, who hear it.
func (r *Reassembler) due(key Transfer, t *transfer, p Pace) clock.Instant {
	if t.whole != nil || t.asks >= maxAsks {
		return clock.Never
	}
	from, wait := t.heard, p.Silence
	if t.asks+t.hush > 0 && t.asked > t.heard {
		from, wait = t.asked, p.again()
	}
	have, all := 0, 0
	for block, held := range t.held {
		have += len(held)
		all += t.data(block) + t.extra
	}
	slot := time.Duration(int64(p.Window/2) * int64(have) / int64(all))
	if half := uint64(p.Window / 2); half > 0 {
		slot += time.Duration(mix(r.luck, uint64(t.from)<<16|uint64(key.Name), uint64(t.asks)) % half)
	}
	return from.Add(wait + slot)
}

// mix makes a number that looks random of three.
func mix(a, b, c uint64) uint64 {
	x := a ^ b*0x9e3779b97f4a7c15 ^ c*0xd1b54a32d192ed03
	for range 2 {
		x ^= x >> 32
		x *= 0xd6e8feb86659fd93
	}
	return x ^ x>>32
}

// Stale returns the unfinished transfers to ask for now. They are ordered by
// name.
func (r *Reassembler) Stale(now clock.Instant, p Pace) []Ask {
	var out []Ask
	for key, t := range r.open {
		if now >= r.due(key, t, p) {
			t.asked = now
			t.asks++
			out = append(out, Ask{key, t.from, now})
		}
	}
	slices.SortFunc(out, func(a, b Ask) int { return compareTransfers(a.Transfer, b.Transfer) })
	return out
}

// NextStale returns when Stale will next return something.
func (r *Reassembler) NextStale(p Pace) (clock.Instant, bool) {
	next := clock.Never
	for key, t := range r.open {
		next = min(next, r.due(key, t, p))
	}
	return next, next != clock.Never
}

// Need returns the request of an Ask as it is now. It is false when there is
// nothing to ask for any more: shards came since, or somebody else asked for enough.
func (r *Reassembler) Need(a Ask) (Need, bool) {
	t := r.open[a.Transfer]
	if t == nil || t.whole != nil || t.asked != a.at || t.heard > a.at {
		return Need{}, false
	}
	return Need{To: a.From, Transfer: a.Name, More: t.more()}, true
}

// more returns how many shards of each block are wanted, up to the last that
// wants any, and no more of one than may be asked for at once.
func (t *transfer) more() []int {
	var more []int
	for block := range t.held {
		if n := t.wanted(block); n > 0 {
			for len(more) < block {
				more = append(more, 0)
			}
			more = append(more, min(n, maxBlockData))
		}
	}
	return more
}

// Overhear takes a request of another listener: who lacks no more than that waits
// for the answer. It relies on others a few times only, since a member may ask for
// what its sender does not hear.
func (r *Reassembler) Overhear(now clock.Instant, n Need) {
	// order: each transfer for itself
	for key, t := range r.open {
		if t.from == n.To && key.Name == n.Transfer && t.whole == nil && t.hush < maxHush && n.covers(t.more()) {
			t.hush++
			t.asked = now
		}
	}
}

// Tell reports whether the sender of a finished transfer is to be told so now, and
// was not within age: the shards that others still need are no question.
func (r *Reassembler) Tell(now clock.Instant, key Transfer, age time.Duration) bool {
	t := r.open[key]
	if t == nil || t.whole == nil || t.told != 0 && now < t.told.Add(age) {
		return false
	}
	t.told = now
	return true
}

// Drop forgets the transfers, finished ones too, of which nothing was heard
// for at least age, and returns the unfinished ones among them.
func (r *Reassembler) Drop(now clock.Instant, age time.Duration) []Transfer {
	var out []Transfer
	// order: out is sorted below, and each removal is independent of the others
	for key, t := range r.open {
		if now < t.heard.Add(age) {
			continue
		}
		if t.whole == nil {
			out = append(out, key)
		}
		r.remove(key)
	}
	slices.SortFunc(out, compareTransfers)
	return out
}
