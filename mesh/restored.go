package mesh

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/store"
)

// A store that was restored, or copied, does not know how far its numbers went
// after the copy was made. Sealing is SIV, so a number that is used twice repeats
// no key stream but that of an identical message; but neighbours would take frames
// with old counters for replays, and two bundles of one number for a forgery.
// So counters are jumped before the node starts: those of frames by restoreJump,
// and on the days that the lost instance may have sent on, bundles are numbered
// from a random place in the upper half of the day's numbers, which neither the
// lost instance (it would have to have sent 32,768 bundles that day) nor, but by
// chance, a second copy uses. What is in doubt after that, neighbours tell: learnClaims.
// Nor does it know what airtime was used since, so all of an hour's counts as used.

// restoreJump is how far frame counters jump: 67 million frames, three weeks of a
// LAN that is busy without a pause.
const restoreJump = 1 << 26

// floor is the least number of bundles on days up to until.
type floor struct {
	until  clock.Day
	number uint16
}

func (f floor) value() []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, uint16(f.until)), f.number)
}

func floorOf(v []byte) (f floor) {
	if len(v) == 4 {
		f = floor{clock.Day(binary.BigEndian.Uint16(v)), binary.BigEndian.Uint16(v[2:])}
	}
	return f
}

// least returns the least number of a day.
func (f floor) least(day clock.Day) uint32 {
	if day > f.until {
		return 0
	}
	return uint32(f.number)
}

// RestoredEntry returns a batch for a store that no node runs on and that turned
// out to be a copy: it jumps the counters and appends an audit event, in one
// commit. The draw is random; it keeps two copies apart.
func RestoredEntry(v store.View, now clock.Wall, draw uint16, e AuditEvent) *store.Batch {
	b := AuditEntry(v, now, e)
	counter := uint32(0)
	if old, ok := v.Get(nodeKey(nameCounter)); ok && len(old) == 4 {
		counter = binary.BigEndian.Uint32(old)
	}
	counter += min(restoreJump, (math.MaxUint32-counter)/2)
	b.Put(nodeKey(nameCounter), binary.BigEndian.AppendUint32(nil, counter))
	f := floor{until: now.Day() + 1, number: maxRestoreJump + draw%(maxRestoreJump/2)}
	if old, ok := v.Get(nodeKey(nameSequence)); ok && len(old) == 6 {
		f.until = max(f.until, clock.Day(binary.BigEndian.Uint16(old))+1)
	}
	b.Put(nodeKey(nameFloor), f.value())
	v.Scan(nodeKey(nameAirtime), nil, func(key, _ []byte) bool {
		b.Put(bytes.Clone(key), nil) // it says nothing
		return true
	})
	b.Put(nodeKey(nameAirLost), binary.BigEndian.AppendUint64(nil, uint64(now)))
	return b
}

// InstanceMark returns what the store holds of the vault beside it, or nil.
func InstanceMark(v store.View) []byte {
	mark, _ := v.Get(nodeKey(nameInstance))
	return mark
}

// PutInstanceMark adds the vault's mark to a batch. The node itself never reads
// or writes it.
func PutInstanceMark(b *store.Batch, mark []byte) { b.Put(nodeKey(nameInstance), mark) }
