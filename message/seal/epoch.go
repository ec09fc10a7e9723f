package seal

import (
	"cmp"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// MaxEpochs is how many epochs one node holds keys of. Bundles live two weeks;
// an authority that makes a key block every five hours fills it.
const MaxEpochs = 64

// Epoch is what a node keeps of the secret that one key block brought: the key
// of the oldest day that it may still need. From it the keys of all later days
// follow, and none of an earlier one.
//
// Safe here: a day's key is HKDF-Expand of the day before under a label of its
// own. Going forward costs a microsecond, going back means to invert
// HMAC-SHA256. Who takes a device gets Key and what follows from it; what was
// sealed on the days before Base stays closed.
type Epoch struct {
	Serial uint32    // of the key block, from 1
	First  clock.Day // the first day on which anything is sealed under it
	Base   clock.Day // the day of Key, First or later; the days before are erased
	Key    Secret    // of the day Base
}

// Wire returns the 3 bits of the serial that travel in bundles.
func (e Epoch) Wire() uint8 { return WireEpoch(e.Serial) }

// WireEpoch returns the 3 bits of a key block's serial that travel in bundles.
// Eight epochs within the two weeks of a bundle's life are told apart; of more,
// readers try each that fits, and the seal tells.
func WireEpoch(serial uint32) uint8 { return uint8(serial & 7) }

// EraseBefore moves the epoch's key to a day, if that is later than Base, and
// forgets the days before.
func (e *Epoch) EraseBefore(day clock.Day) {
	for e.Base < day {
		e.Key = stepDay(e.Key)
		e.Base++
	}
}

// stepDay makes the key of the next day.
func stepDay(key Secret) Secret { return Secret(expand(key[:], []byte(LabelDayStep), 32)) }

// ratchet is the epochs of a node and the day keys derived from them.
type ratchet struct {
	epochs []Epoch // newest first
	days   cache[dayKey, Secret]
}

type dayKey struct {
	serial uint32
	day    clock.Day
}

const maxDayKeys = 256

func newRatchet(epochs []Epoch) *ratchet {
	r := &ratchet{days: newCache[dayKey, Secret](maxDayKeys)}
	for _, e := range epochs {
		r.add(e)
	}
	return r
}

// add puts an epoch into its place, or leaves things as they are if there is
// one of its serial already. The oldest goes when there are too many.
func (r *ratchet) add(e Epoch) {
	i, found := slices.BinarySearchFunc(r.epochs, e.Serial, func(e Epoch, serial uint32) int { return cmp.Compare(serial, e.Serial) })
	if found {
		return
	}
	r.epochs = slices.Insert(r.epochs, i, e)
	if len(r.epochs) > MaxEpochs {
		r.epochs = r.epochs[:MaxEpochs]
	}
}

func (r *ratchet) find(serial uint32) (Epoch, bool) {
	i, found := slices.BinarySearchFunc(r.epochs, serial, func(e Epoch, serial uint32) int { return cmp.Compare(serial, e.Serial) })
	if !found {
		return Epoch{}, false
	}
	return r.epochs[i], true
}

// at returns the key of an epoch and day, or false if the epoch is not held,
// had not begun or is erased.
func (r *ratchet) at(serial uint32, day clock.Day) (Secret, bool) {
	e, ok := r.find(serial)
	if !ok || day < e.Base {
		return Secret{}, false
	}
	if key, ok := r.days.get(dayKey{serial, day}); ok {
		return key, true
	}
	if key, ok := r.days.get(dayKey{serial, day - 1}); ok && day > e.Base {
		e.Base, e.Key = day-1, key
	}
	e.EraseBefore(day)
	r.days.put(dayKey{serial, day}, e.Key)
	return e.Key, true
}
