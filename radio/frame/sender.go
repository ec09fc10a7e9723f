package frame

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Sender sends one bundle in shards: first as many as the bundle has pieces, then
// as many as those who listen say that they lack. Shards asked for are fresh, as
// long as the code has some, and so of use to everybody who lacks any.
//
// It does not keep the bundle, and is told it each time: it is one of many that
// wait.
type Sender struct {
	Transfer uint16
	layout
	next   []int         // in each block, the row to be sent next
	owed   []int         // in each block, shards to be sent
	turn   int           // the block that is served next
	due    clock.Instant // no answer before
	asked  bool          // what is owed was asked for
	rounds int           // answers since the beginning
	sent   int           // shards since then
	going  []int         // in each block, shards sent since nothing was owed
}

// NewSender returns the sender of a bundle whose fragments may take room bytes, or
// nil if it is too long for that. It owes nothing yet.
func NewSender(bundle []byte, room int) *Sender {
	l, ok := layoutFor(len(bundle), room)
	if !ok {
		return nil
	}
	return &Sender{Transfer: TransferOf(bundle), layout: l, next: make([]int, l.blocks()), owed: make([]int, l.blocks()), going: make([]int, l.blocks())}
}

// Aside has it begin with repair shards of its own, rather than with the pieces: those
// who listen may have heard others of this bundle before, from somebody else or from
// this node before it started anew.
func (s *Sender) Aside(luck uint64) {
	for block := range s.next {
		data := s.data(block)
		s.next[block] = data + int(mix(luck, uint64(s.Transfer), uint64(block))%uint64(maxBlockRows-data))
	}
}

// Fits reports whether the sender is right for a bundle of n bytes and this room.
func (s *Sender) Fits(n, room int) bool {
	l, ok := layoutFor(n, room)
	return ok && l == s.layout
}

// Size is the length of each of its fragments.
func (s *Sender) Size() int { return fragmentHeader(s.count) + s.size }

// Owed returns how many shards are to be sent now.
func (s *Sender) Owed() (n int) {
	for _, owed := range s.owed {
		n += owed
	}
	return n
}

// Begin owes everybody the whole bundle, and no more: who loses some of it asks for as
// much as that, which takes fewer bytes than a guess.
func (s *Sender) Begin() {
	for block := range s.owed {
		s.owed[block] = s.data(block)
	}
	s.asked, s.rounds, s.sent = false, 0, 0
}

// Nudge owes one shard, for when nobody said anything: who has the bundle says so
// again, and who lacks some of it asks.
func (s *Sender) Nudge() {
	if s.asked = false; s.Owed() == 0 {
		s.owed[s.turn%len(s.owed)] = 1
	}
}

// Lacking returns how many shards a need asks for.
func (s *Sender) Lacking(more []int) (n int) {
	for block := range s.owed {
		n += s.lacking(more, block)
	}
	return n
}

// lacking: nobody lacks more than a block has. So many are one answer, also for who asks
// on and on meanwhile.
func (s *Sender) lacking(more []int, block int) int {
	if block >= len(more) {
		return 0
	}
	return min(more[block], max(0, s.data(block)-s.going[block]))
}

// Need takes a request for more, and returns when to answer: what several ask for
// within wait is answered once, with what the one of them needs who lacks most.
func (s *Sender) Need(now clock.Instant, more []int, wait time.Duration) clock.Instant {
	if s.Owed() == 0 {
		s.due = now.Add(wait)
		s.asked = true
		s.rounds++
	}
	for block := range s.owed {
		s.owed[block] = max(s.owed[block], s.lacking(more, block))
	}
	return max(now, s.due)
}

// Answers returns how often it answered since the beginning if what it sent last
// was asked for, or 0.
func (s *Sender) Answers() int {
	if !s.asked {
		return 0
	}
	return s.rounds
}

// Times returns how many times the bundle's length it sent since the beginning.
func (s *Sender) Times() int { return s.sent / s.count }

// Next returns the next of the shards owed. The bundle is that of NewSender.
func (s *Sender) Next(bundle []byte) Fragment {
	block := s.turn % len(s.owed)
	for s.owed[block] == 0 {
		block = (block + 1) % len(s.owed)
	}
	s.turn = (block + 1) % len(s.owed)
	row := s.next[block]
	s.owed[block]--
	s.sent++
	if s.going[block]++; s.Owed() == 0 {
		clear(s.going)
	}
	s.next[block] = (row + 1) % maxBlockRows
	return Fragment{Transfer: s.Transfer, Count: s.count, Index: s.index(block, row), Data: s.shard(s.pad(bundle), block, row)}
}
