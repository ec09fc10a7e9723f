package seal

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// The ratchet gives what stepping from the first day by hand gives, in whatever
// order it is asked, and nothing of an erased day, an unborn epoch or one that
// is not held.
func TestRatchetAgainstSteppingByHand(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		const first = clock.Day(20000)
		start := secretOf(byte(seed))
		e := Epoch{Serial: 5, First: first, Base: first, Key: start}
		ratchet := newRatchet([]Epoch{e})
		for range 200 {
			day := first - 3 + clock.Day(r.UintN(60))
			if r.UintN(20) == 0 {
				e.EraseBefore(day)
				ratchet = newRatchet([]Epoch{e})
			}
			day = first - 3 + clock.Day(r.UintN(60))
			want := start
			for range int(day) - int(first) {
				want = stepDay(want)
			}
			got, ok := ratchet.at(5, day)
			if ok != (day >= e.Base) || ok && got != want {
				t.Fatalf("seed %d: day %d with base %d: %v", seed, day-first, e.Base-first, ok)
			}
			if _, ok := ratchet.at(4, day); ok {
				t.Fatalf("seed %d: a key of an epoch that is not held", seed)
			}
		}
		if held := ratchet.epochs[0]; held != e {
			t.Errorf("seed %d: epoch from %d, base %d, want %d, %d", seed, held.First, held.Base, first, e.Base)
		}
	}
}

func TestEpochsAreHeldNewestFirstAndBounded(t *testing.T) {
	w := newWorld(t, 1)
	with := func(epochs []Epoch) *Keys { return NewKeys(1, w.keys[1], w.roster, Secrets{Epochs: epochs}) }
	epochs := []Epoch{{Serial: serial, First: firstDay, Base: firstDay, Key: secretOf(0xE0)}}
	for _, s := range []uint32{29, 13, 22} {
		epochs = append(epochs, Epoch{Serial: s, First: 20000, Base: 20000, Key: secretOf(byte(s))})
	}
	epochs = append(epochs, Epoch{Serial: 22, First: 1, Base: 1}) // the first of a serial counts
	k := with(epochs)
	if got := k.Serials(); !slices.Equal(got, []uint32{29, 22, 21, 13}) {
		t.Errorf("serials %v", got)
	}
	if got := k.Holding(WireEpoch(5)); !slices.Equal(got, []uint32{29, 21, 13}) {
		t.Errorf("5 on the wire can be %v", got)
	}
	epochs = append(epochs, Epoch{Serial: 30, First: 20010, Base: 20010}, Epoch{Serial: 31, First: 20010, Base: 20012})
	k = with(epochs)
	for _, c := range []struct {
		day    clock.Day
		serial uint32
		on     clock.Day
	}{{20009, 29, 20009}, {20010, 31, 20012}, {20013, 31, 20013}, {19999, 21, 19999}, {100, 13, 20000}} {
		if s, on := k.At(c.day); s != c.serial || on != c.on {
			t.Errorf("on day %d block %d and day %d, want %d and %d", c.day, s, on, c.serial, c.on)
		}
	}
	if s, _ := with(nil).At(5); s != 0 {
		t.Errorf("block %d of none", s)
	}
	if _, ok := k.Link(22, 19999); ok {
		t.Error("an epoch that is held was replaced")
	}
	for s := range uint32(2 * MaxEpochs) {
		epochs = append(epochs, Epoch{Serial: 100 + s})
	}
	if got := with(epochs).Serials(); len(got) != MaxEpochs || got[0] != 99+2*MaxEpochs || got[MaxEpochs-1] != 100+MaxEpochs {
		t.Errorf("%d epochs, %d to %d", len(got), got[len(got)-1], got[0])
	}
}

// Once an epoch is erased up to a day, nothing that the node holds opens what was
// sealed before.
func TestErasedDaysStayClosed(t *testing.T) {
	w := newWorld(t, 2)
	c, _ := w.keysOf(1).Group(1, serial, 1, 20000)
	tag, sealed := c.SealGroup(nil, []byte("text"))
	ours, ok := w.keysOf(2).Group(1, serial, 1, 20000)
	if _, opens := ours.OpenGroup(nil, tag, sealed); !ok || !opens {
		t.Fatal("does not open before")
	}
	s := w.secrets(secretOf(0xE0))
	e := &s.Epochs[0]
	if e.EraseBefore(20001); e.Base != 20001 || e.Key == secretOf(0xE0) {
		t.Errorf("base %d", e.Base)
	}
	k := NewKeys(2, w.keys[2], w.roster, s)
	if _, ok := k.Group(1, serial, 1, 20000); ok {
		t.Error("the group's key of an erased day")
	}
	if _, err := k.Pair(1, 2, serial, 20000); err == nil {
		t.Error("the pair's key of an erased day")
	}
	if _, ok := k.Group(1, serial, 1, 20001); !ok {
		t.Error("the next day is gone, too")
	}
}

func TestGroupsComeAndGo(t *testing.T) {
	w := newWorld(t, 1)
	s := w.secrets(secretOf(0xE0))
	before, _ := NewKeys(1, w.keys[1], w.roster, s).Group(1, serial, 1, 20000)
	s.Groups[1] = secretOf(9)
	after, ok := NewKeys(1, w.keys[1], w.roster, s).Group(1, serial, 1, 20000)
	if !ok || probe(before) == probe(after) {
		t.Error("a new secret makes no new key")
	}
	delete(s.Groups, 1)
	k := NewKeys(1, w.keys[1], w.roster, s)
	if _, ok := k.Group(1, serial, 1, 20000); ok || k.InGroup(1) || !k.InGroup(2) {
		t.Error("a group that was left is still held")
	}
}
