package mesh

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// word is one line of a shift script: at which hour, on which device, who (0:
// the shift ends) and for how many hours.
type word struct {
	hour   int
	device ident.Number
	person ident.PersonNumber
	hours  int
}

const shiftDay clock.Day = 20500

func hourOf(h int) clock.Wall { return shiftDay.Start().Add(time.Duration(h) * time.Hour) }

func (l word) at(i int) shiftWord {
	w := shiftWord{id: bundle.ID{Origin: l.device, Day: shiftDay, Seq: uint16(i)}, Shift: bundle.Shift{At: hourOf(l.hour)}}
	if l.person != 0 {
		w.Credential = &ident.Credential{Person: l.person, Name: "p", Key: ident.SignKey{1}, Until: 65535}
		w.For = time.Duration(l.hours) * time.Hour
	}
	w.Signature[0], w.Signature[1] = byte(l.person), byte(l.hours) // it covers both
	return w
}

func wordsOf(script ...word) *shifts {
	s := new(shifts)
	for i, l := range script {
		s.add(l.at(i))
	}
	return s
}

func TestWhoIsOnShift(t *testing.T) {
	for name, c := range map[string]struct {
		script []word
		device ident.Number
		hour   int
		want   ident.PersonNumber
	}{
		"nobody":                  {nil, 1, 8, 0},
		"in it":                   {[]word{{6, 1, 7, 8}}, 1, 8, 7},
		"as it begins":            {[]word{{6, 1, 7, 8}}, 1, 6, 7},
		"before it":               {[]word{{6, 1, 7, 8}}, 1, 5, 0},
		"as it is over":           {[]word{{6, 1, 7, 8}}, 1, 14, 0},
		"on another device":       {[]word{{6, 1, 7, 8}}, 2, 8, 0},
		"ended":                   {[]word{{6, 1, 7, 8}, {9, 1, 0, 0}}, 1, 10, 0},
		"before it ended":         {[]word{{6, 1, 7, 8}, {9, 1, 0, 0}}, 1, 8, 7},
		"another's end":           {[]word{{6, 1, 7, 8}, {9, 2, 0, 0}}, 1, 10, 7},
		"taken over":              {[]word{{6, 1, 7, 8}, {9, 1, 8, 8}}, 1, 10, 8},
		"before it was":           {[]word{{6, 1, 7, 8}, {9, 1, 8, 8}}, 1, 8, 7},
		"taken over, then over":   {[]word{{6, 1, 7, 12}, {9, 1, 8, 2}}, 1, 12, 0},
		"gone on":                 {[]word{{6, 1, 7, 8}, {9, 2, 7, 8}}, 1, 10, 0},
		"before going on":         {[]word{{6, 1, 7, 8}, {9, 2, 7, 8}}, 1, 8, 7},
		"there":                   {[]word{{6, 1, 7, 8}, {9, 2, 7, 8}}, 2, 10, 7},
		"ended there, not here":   {[]word{{6, 1, 7, 12}, {9, 2, 7, 8}, {10, 2, 0, 0}}, 1, 11, 0},
		"an end before the begin": {[]word{{9, 1, 0, 0}, {10, 1, 7, 8}}, 1, 11, 7},
	} {
		got := ident.PersonNumber(0)
		s := wordsOf(c.script...)
		if w, ok := s.at(c.device, hourOf(c.hour)); ok {
			got = w.Credential.Person
		}
		if got != c.want {
			t.Errorf("%s: person %d, want %d", name, got, c.want)
		}
		sure := ident.PersonNumber(0)
		if w, ok := s.now(c.device, clock.Reading{Wall: hourOf(c.hour) + 1}); ok { // over is at its last moment, beyond doubt is after it
			sure = w.Credential.Person
		}
		if sure != c.want {
			t.Errorf("%s: for others person %d, want %d", name, sure, c.want)
		}
	}
}

// A clock that is not sure ends nobody's shift at another device.
func TestShiftEndsBeyondDoubt(t *testing.T) {
	s := wordsOf(word{6, 1, 7, 8})
	now := clock.Reading{Wall: hourOf(15), Bound: 2 * time.Hour}
	if _, ok := s.now(1, now); !ok {
		t.Error("it ended although the clock cannot prove it")
	}
	now.Bound = time.Minute
	if _, ok := s.now(1, now); ok {
		t.Error("it does not end")
	}
	if d := s.drop(now); len(d) != 0 {
		t.Error("forgotten although something may live that was sent in it")
	}
	now.Wall = hourOf(14 + 24 + 1)
	if d := s.drop(now); len(d) != 1 || len(s.words) != 0 {
		t.Error("not forgotten")
	}
}

func TestShiftWordsAreBounded(t *testing.T) {
	s := new(shifts)
	for i := range maxShiftWordsPer + 5 {
		w := word{6, 1, ident.PersonNumber(1 + i), 8}.at(i)
		s.add(w)
	}
	s.add(word{6, 2, 9, 8}.at(0))
	if d := s.drop(clock.Reading{Wall: hourOf(7)}); len(d) != 5 || len(s.words) != maxShiftWordsPer+1 {
		t.Errorf("%d dropped, %d kept", len(d), len(s.words))
	}
	s.add(word{24 * 365, 2, 9, 8}.at(1))
	if d := s.drop(clock.Reading{Wall: hourOf(7)}); len(d) != 1 {
		t.Error("what a clock said that is a year ahead stays")
	}
	if s.add(word{6, 2, 9, 8}.at(77)) {
		t.Error("the same word in another bundle counts twice")
	}
}

// Nodes that heard the same words agree, in whatever order they came.
func TestShiftsDoNotDependOnTheOrderOfHearing(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		var list []shiftWord
		for i := range 1 + r.IntN(20) {
			list = append(list, word{r.IntN(30), ident.Number(1 + r.IntN(3)), ident.PersonNumber(r.IntN(4)), 1 + r.IntN(16)}.at(i))
		}
		answers := func(order []int) (out []ident.PersonNumber) {
			s := new(shifts)
			for _, i := range order {
				s.add(list[i])
			}
			for hour := range 40 {
				for device := ident.Number(1); device <= 3; device++ {
					w, ok := s.at(device, hourOf(hour))
					if !ok {
						w.Credential = &ident.Credential{}
					}
					out = append(out, w.Credential.Person)
				}
			}
			return out
		}
		straight := make([]int, len(list))
		for i := range straight {
			straight[i] = i
		}
		if a, b := answers(straight), answers(r.Perm(len(list))); !reflect.DeepEqual(a, b) {
			t.Fatalf("seed %d: %v\nand %v", seed, a, b)
		}
	}
}
