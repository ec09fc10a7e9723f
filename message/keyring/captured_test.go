package keyring

import (
	"bytes"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// far is how many days and serials a thief steps forward from all that he finds.
const far = 120

// thief takes every secret of a state and derives all that follows from it with
// the help of every block that was ever on the air.
type thief struct {
	a    *authority
	keys map[seal.Secret]bool
}

func (h *thief) days(e seal.Epoch) {
	for range far {
		h.keys[e.Key] = true
		e.EraseBefore(e.Base + 1)
	}
}

// open tries every block with the keys of a path or an opener, whatever serial
// they say that they are for.
func (h *thief) open(keys keyblock.Opener) {
	for _, b := range h.a.blocks { // order: into a set
		keys.Serial = b.Serial
		if e, err := b.OpenWith(h.a.operator, keys); err == nil {
			h.days(e)
		}
	}
}

func (h *thief) path(p keyblock.Path) {
	p.Serial = 1
	for range far {
		h.open(keyblock.Opener(p))
		h.open(p.Opener())
		p = p.Step()
	}
}

func take(a *authority, s *State) *thief {
	h := &thief{a: a, keys: map[seal.Secret]bool{}}
	for _, e := range s.Epochs {
		h.days(e.Epoch)
	}
	h.path(s.Path)
	for _, k := range s.Skipped {
		h.path(keyblock.Path(k.Opener))
	}
	for _, secret := range []seal.Secret{s.Bootstrap, s.Groups[1], s.Groups[127]} {
		h.days(seal.Epoch{Key: secret})
	}
	// Every 32 bytes of the file, whatever they are for.
	raw := s.Encode()
	for i := range len(raw) - 31 {
		h.keys[seal.Secret(raw[i:i+32])] = true
	}
	return h
}

// lived returns a node on its 90th day: blocks came every six days, some late,
// some never, and time is certain.
func lived(t *testing.T, certain bool) (*authority, *State, clock.Day) {
	a := newAuthority(t)
	s := a.node(2, today)
	now := today
	for ; now < today+90; now++ {
		for range 24 {
			s.Ran(time.Hour)
			s.Erase(at(now), certain)
		}
		if now%6 != 0 {
			continue
		}
		b := a.block(now)
		switch b.Serial % 5 {
		case 2: // never comes
		case 3: // comes with the next but one
		default:
			a.want(t, s, b, Applied)
		}
		if b.Serial%5 == 0 {
			a.want(t, s, a.blocks[b.Serial-2], Late)
		}
	}
	s.Erase(at(now), certain)
	return a, s, now
}

// Whoever takes the device, reads its whole file and has recorded every block
// reaches no key of a day before the window; those behind it he does reach, or
// the search would prove nothing.
func TestCapturedDeviceReachesNothingErased(t *testing.T) {
	for _, certain := range []bool{true, false} {
		a, s, now := lived(t, certain)
		if want := now - KeepDays - 1; s.Window < want {
			t.Fatalf("certain %v: window at %d, want %d", certain, s.Window-today, want-today)
		}
		h := take(a, s)
		open := map[uint32]bool{}
		for _, k := range s.Skipped {
			open[k.Serial] = true
		}
		closed, reached := 0, 0
		for serial, e := range a.epochs {
			for day := e.First; day < now+10; day++ {
				_, held := s.epoch(serial)
				want := day >= s.Window && held || open[serial] // what is kept to open a block opens all its days
				if got := h.keys[a.key(serial, day)]; got != want {
					t.Errorf("certain %v: key of epoch %d and day %d: reached %v, want %v", certain, serial, day-today, got, want)
				}
				if want {
					reached++
				} else {
					closed++
				}
			}
		}
		if closed < 500 || reached < 200 || len(open) == 0 {
			t.Errorf("certain %v: %d keys are closed, %d open, %d blocks skipped", certain, closed, reached, len(open))
		}
	}
}

// What was recorded on the air before the window does not open with anything in
// the file, while what was recorded after does.
func TestCapturedDeviceOpensNothingRecordedBefore(t *testing.T) {
	a, s, now := lived(t, true)
	private, err := ident.NewPrivate(a.entropy)
	if err != nil {
		t.Fatal(err)
	}
	roster, err := ident.NewRoster(a.operator, a.root.SignKey(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	group := s.Groups[1]
	keysOf := func(e seal.Epoch) *seal.Keys {
		return seal.NewKeys(2, private, roster, seal.Secrets{Epochs: []seal.Epoch{e}, Groups: map[ident.GroupID]seal.Secret{1: group}})
	}
	text := []byte("Breaker 7 is open.")
	h := take(a, s)
	for _, c := range []struct {
		serial uint32
		day    clock.Day
		opens  bool
	}{{1, today, false}, {1, s.Window - 1, false}, {4, today + 20, false}, {10, s.Window - 1, false}, {10, s.Window, true}, {1, now, true}} {
		sender, ok := keysOf(a.epochs[c.serial]).Group(1, c.serial, 3, c.day)
		if !ok {
			t.Fatalf("the sender has no key of epoch %d and day %d", c.serial, c.day-today)
		}
		tag, sealed := sender.SealGroup(nil, text)
		opens := false
		for key := range h.keys { // order: any that opens it
			cipher, _ := keysOf(seal.Epoch{Serial: c.serial, First: c.day, Base: c.day, Key: key}).Group(1, c.serial, 3, c.day)
			plain, ok := cipher.OpenGroup(nil, tag, sealed)
			opens = opens || ok && bytes.Equal(plain, text)
		}
		_, held := seal.NewKeys(2, private, roster, s.Secrets()).Group(1, c.serial, 3, c.day)
		if opens != c.opens || held != c.opens {
			t.Errorf("epoch %d, day %d: opens %v, node has a key %v, want %v", c.serial, c.day-today, opens, held, c.opens)
		}
	}
}
