package mesh

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// says is one line of a suspension script: who, about whom, at which second.
type says struct {
	by, about ident.Number
	lift      bool
}

func said(script ...says) *suspensions {
	s := new(suspensions)
	for i, line := range script {
		s.add(line.at(i))
	}
	return s
}

func (line says) at(i int) statement {
	return statement{
		id:         bundle.ID{Origin: line.by, Day: 20000, Seq: uint16(i)},
		created:    clock.Wall(i * 1000),
		Suspension: bundle.Suspension{Node: line.about, Lift: line.lift, Reason: fmt.Sprint(i)},
	}
}

func TestWhoIsSuspended(t *testing.T) {
	five := []says{{by: 1, about: 11}, {by: 1, about: 12}, {by: 2, about: 13}, {by: 2, about: 14}, {by: 3, about: 15}}
	for name, c := range map[string]struct {
		script  []says
		out     []ident.Number
		waiting []ident.Number
	}{
		"nobody":               {nil, nil, nil},
		"one":                  {[]says{{by: 1, about: 9}}, []ident.Number{9}, nil},
		"lifted":               {[]says{{by: 1, about: 9}, {by: 2, about: 9, lift: true}}, nil, nil},
		"suspended again":      {[]says{{by: 1, about: 9}, {by: 2, about: 9, lift: true}, {by: 1, about: 9}}, []ident.Number{9}, nil},
		"not by himself":       {[]says{{by: 9, about: 9}}, nil, nil},
		"does not lift self":   {[]says{{by: 1, about: 9}, {by: 9, about: 9, lift: true}}, []ident.Number{9}, nil},
		"thieves lift nobody":  {[]says{{by: 1, about: 8}, {by: 1, about: 9}, {by: 8, about: 9, lift: true}, {by: 9, about: 8, lift: true}}, []ident.Number{8, 9}, nil},
		"a thief's clock":      {[]says{{by: 9, about: 8, lift: true}, {by: 9, about: 1}, {by: 1, about: 9}, {by: 2, about: 9}}, []ident.Number{1, 9}, nil},
		"who spoke first":      {[]says{{by: 9, about: 1}, {by: 1, about: 9}}, []ident.Number{1}, nil},
		"a thief strikes back": {[]says{{by: 1, about: 9}, {by: 9, about: 1}, {by: 9, about: 2}}, []ident.Number{9}, nil},
		"lifted, still void":   {[]says{{by: 1, about: 9}, {by: 9, about: 1}, {by: 9, about: 2}, {by: 2, about: 9, lift: true}}, nil, nil},
		"void accuses nobody":  {[]says{{by: 1, about: 9}, {by: 9, about: 2}, {by: 1, about: 8}, {by: 2, about: 8, lift: true}}, []ident.Number{9}, nil},
		"lifted, he may again": {[]says{{by: 1, about: 9}, {by: 9, about: 7}, {by: 2, about: 9, lift: true}, {by: 9, about: 8}}, []ident.Number{8}, nil},
		"waiting, he may":      {append(five[:5:5], says{by: 1, about: 16}, says{by: 16, about: 11}), []ident.Number{11, 12, 13, 14, 15}, []ident.Number{16}},
		"dated back for a pal": {[]says{{by: 9, about: 1}, {by: 1, about: 8}, {by: 2, about: 9}}, []ident.Number{1, 8, 9}, nil},
		"the sixth waits":      {append(five[:5:5], says{by: 1, about: 16}), []ident.Number{11, 12, 13, 14, 15}, []ident.Number{16}},
		"a second word":        {append(five[:5:5], says{by: 1, about: 16}, says{by: 1, about: 16}, says{by: 2, about: 16}), []ident.Number{11, 12, 13, 14, 15, 16}, nil},
		"a waiting one lifted": {append(five[:5:5], says{by: 1, about: 16}, says{by: 1, about: 16, lift: true}), []ident.Number{11, 12, 13, 14, 15}, nil},
		"said again with room": {append(five[:5:5], says{by: 1, about: 16}, says{by: 1, about: 11, lift: true}, says{by: 1, about: 16}), []ident.Number{12, 13, 14, 15, 16}, nil},
		"room again":           {append(five[:5:5], says{by: 1, about: 11, lift: true}, says{by: 1, about: 16}), []ident.Number{12, 13, 14, 15, 16}, nil},
	} {
		s := said(c.script...)
		var out, waiting []ident.Number
		for _, st := range s.list() {
			if st.Waiting {
				waiting = append(waiting, st.Node)
			} else {
				out = append(out, st.Node)
			}
			if s.suspended(st.Node) == st.Waiting {
				t.Errorf("%s: node %v", name, st.Node)
			}
		}
		if !reflect.DeepEqual(out, c.out) || !reflect.DeepEqual(waiting, c.waiting) {
			t.Errorf("%s: out %v, waiting %v", name, out, waiting)
		}
	}
}

// Nodes that heard the same statements agree, in whatever order they came and
// however often.
func TestSuspensionsDoNotDependOnTheOrderOfHearing(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		var list []statement
		for i := range 1 + r.IntN(30) {
			line := says{by: ident.Number(1 + r.IntN(6)), about: ident.Number(1 + r.IntN(10)), lift: r.IntN(4) == 0}
			list = append(list, line.at(i))
		}
		a, b := new(suspensions), new(suspensions)
		for _, st := range list {
			a.add(st)
		}
		for range 2 {
			for _, i := range r.Perm(len(list)) {
				b.add(list[i])
			}
		}
		if !reflect.DeepEqual(a.list(), b.list()) {
			t.Fatalf("seed %d: %+v\nand %+v", seed, a.list(), b.list())
		}
	}
}

// What the authority decided, about a node or by one, counts no longer: a thief's
// victims are free again with the key block that locks him out, and lift again.
func TestARevokedAuthorsWordIsGone(t *testing.T) {
	s := said(says{by: 9, about: 1}, says{by: 9, about: 2}, says{by: 3, about: 8}, says{by: 2, about: 8, lift: true})
	if !s.suspended(1) || !s.suspended(8) {
		t.Fatal("no effect")
	}
	if d := s.drop(clock.Reading{}, func(n ident.Number) bool { return n == 9 }); len(d) != 2 || len(s.list()) != 0 {
		t.Errorf("dropped %d, still out %+v", len(d), s.list())
	}
}

func TestSuspensionsEnd(t *testing.T) {
	s := said(says{by: 1, about: 9}, says{by: 1, about: 8})
	now := clock.Reading{Wall: clock.Wall(0).Add(suspensionLife + time.Minute), Bound: time.Hour}
	if d := s.drop(now, func(ident.Number) bool { return false }); len(d) != 0 || !s.suspended(9) {
		t.Error("it ended although the clock cannot prove it")
	}
	if d := s.drop(now, func(n ident.Number) bool { return n == 8 }); len(d) != 1 || s.suspended(8) {
		t.Error("one that the authority decided stays")
	}
	now.Bound = time.Second
	if d := s.drop(now, func(ident.Number) bool { return false }); len(d) != 1 || s.suspended(9) {
		t.Error("it does not end")
	}
}

// When what suspended a node ends, what the node said meanwhile does not begin to
// count, though it is younger.
func TestWhatWasVoidEndsWithWhatMadeItSo(t *testing.T) {
	const day = 24 * time.Hour
	s := new(suspensions)
	for at, line := range map[time.Duration]says{
		0: {by: 1, about: 9}, day: {by: 1, about: 8}, 2 * day: {by: 9, about: 7}, 3 * day: {by: 9, about: 8, lift: true}, 4 * day: {by: 2, about: 9, lift: true},
		5 * day: {by: 9, about: 6},
	} {
		st := line.at(int(at / day))
		st.created = clock.Wall(0).Add(at)
		s.add(st)
	}
	out := func(after time.Duration) (list []ident.Number) {
		s.drop(clock.Reading{Wall: clock.Wall(0).Add(suspensionLife + after)}, func(ident.Number) bool { return false })
		for _, st := range s.list() {
			list = append(list, st.Node)
		}
		return list
	}
	if got := out(time.Hour); !slices.Equal(got, []ident.Number{6, 8}) {
		t.Errorf("suspended: %v", got)
	}
	if got := out(day + time.Hour); !slices.Equal(got, []ident.Number{6}) {
		t.Errorf("a day later: %v", got)
	}
}

// Nobody pushes out what others said, however much he says.
func TestSuspensionsAreBoundedByAuthor(t *testing.T) {
	s := said(says{by: 1, about: 9}, says{by: 2, about: 8})
	for i := range maxStatementsPer + 10 {
		s.insert(says{by: 3, about: 7}.at(2 + i))
	}
	s.replay()
	nobody := func(ident.Number) bool { return false }
	if d := s.drop(clock.Reading{}, nobody); len(d) != 10 || d[len(d)-1].id.Seq != 2 || !s.suspended(9) || !s.suspended(8) {
		t.Errorf("%d dropped, out %+v", len(d), s.list())
	}
	for author := range ident.Number(maxStatements/maxStatementsPer + 1) {
		for i := range maxStatementsPer {
			s.insert(says{by: 100 + author, about: 7}.at(1000 + i))
		}
	}
	if s.drop(clock.Reading{}, nobody); len(s.said) != maxStatements {
		t.Errorf("%d kept", len(s.said))
	}
}
