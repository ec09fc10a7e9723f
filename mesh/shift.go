package mesh

import (
	"cmp"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Certificates name devices, credentials name persons. A person works on a
// device for a shift, and what the person may do, may be done from it. Devices
// tell the whole network who works on them; the person has signed that.

const (
	// shiftKeep is how long what was said about a shift is kept after its end: as
	// long as anything lives that was sent on the strength of it. What is sent on
	// a person's right lives no longer than that.
	shiftKeep = 24 * time.Hour
	// shiftSlack is how much a device's clock may have been moved back between
	// the beginning of a shift and what is sent in it.
	shiftSlack = time.Minute
	// shiftAhead is how far beyond doubt ahead of time a shift may begin. One that
	// does is refused, and comes again when it has begun.
	shiftAhead = 5 * time.Minute
	// maxShiftWords and maxShiftWordsPer bound what is kept, in all and of one
	// device. The oldest give way.
	maxShiftWords    = 8192
	maxShiftWordsPer = 32
)

// shiftWord is what one device said about who works on it.
type shiftWord struct {
	id bundle.ID
	bundle.Shift
}

func (w shiftWord) device() ident.Number { return w.id.Origin }

// ends is when the word is of no more use.
func (w shiftWord) ends() clock.Wall {
	if w.Ends() {
		return w.At.Add(bundle.MaxShift + shiftKeep) // what it ended is forgotten by then
	}
	return w.Until().Add(shiftKeep)
}

func compareWords(a, b shiftWord) int { return cmp.Or(cmp.Compare(a.At, b.At), a.id.Compare(b.id)) }

// shifts is all that devices said, in the order of their clocks: nodes that
// heard the same agree, whatever way it came.
type shifts struct{ words []shiftWord } // ascending by compareWords

// add takes a word, and reports whether it was new.
func (s *shifts) add(w shiftWord) bool {
	i, found := slices.BinarySearchFunc(s.words, w, compareWords)
	if found || s.repeats(w) {
		return false
	}
	s.words = slices.Insert(s.words, i, w)
	return true
}

// repeats reports whether a device says the very same again in another bundle.
func (s *shifts) repeats(w shiftWord) bool {
	return slices.ContainsFunc(s.words, func(x shiftWord) bool {
		return x.device() == w.device() && x.At == w.At && x.Ends() == w.Ends() && x.Signature == w.Signature
	})
}

// drop forgets what is of no more use, what can only have been said by a clock
// that was far ahead, and what is beyond the bounds. It returns what it dropped.
func (s *shifts) drop(now clock.Reading) (dropped []shiftWord) {
	of := make(map[ident.Number]int)
	kept := make([]shiftWord, 0, len(s.words))
	for _, w := range slices.Backward(s.words) {
		of[w.device()]++
		ahead := w.At > now.Wall.Add(now.Bound+bundle.MaxShift)
		if now.Surely(w.ends()) || ahead || of[w.device()] > maxShiftWordsPer || len(kept) >= maxShiftWords {
			dropped = append(dropped, w)
		} else {
			kept = append(kept, w)
		}
	}
	slices.Reverse(kept)
	s.words = kept
	return dropped
}

// at returns who worked on a device at a time of its clock: the last to begin
// until then, unless that shift was over or ended, or the person had gone on to
// another device.
func (s *shifts) at(device ident.Number, t clock.Wall) (shiftWord, bool) {
	return s.last(device, t.Add(shiftSlack), t, func(until clock.Wall) bool { return t >= until })
}

// now returns who works on a device, as far as a clock can tell that is not the
// device's own: a shift is over when it is beyond doubt.
func (s *shifts) now(device ident.Number, now clock.Reading) (shiftWord, bool) {
	latest := now.Wall.Add(now.Bound)
	return s.last(device, latest, latest, now.Surely)
}

// last returns the last word of a device that begins by a time, unless it says that
// nobody works there, its end is over, or the person had gone on by the time gone.
func (s *shifts) last(device ident.Number, begun, gone clock.Wall, over func(clock.Wall) bool) (shiftWord, bool) {
	for i, w := range slices.Backward(s.words) {
		if w.At > begun || w.device() != device {
			continue
		}
		if w.Ends() || over(w.Until()) || s.wentOn(i, gone) {
			break
		}
		return w, true
	}
	return shiftWord{}, false
}

// wentOn reports whether the person of a word began on another device after it
// and by t: nobody works on two.
func (s *shifts) wentOn(i int, t clock.Wall) bool {
	person, device := s.words[i].Credential.Person, s.words[i].device()
	for _, w := range s.words[i+1:] {
		if w.At > t {
			break
		}
		if !w.Ends() && w.Credential.Person == person && w.device() != device {
			return true
		}
	}
	return false
}

// devices returns the devices about which anything is known, ascending.
func (s *shifts) devices() []ident.Number {
	var list []ident.Number
	for _, w := range s.words {
		if i, found := slices.BinarySearch(list, w.device()); !found {
			list = slices.Insert(list, i, w.device())
		}
	}
	return list
}
