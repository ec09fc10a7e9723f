package contact

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestChangesOfTheONE reads what the ONE wrote and writes it byte for byte.
func TestChangesOfTheONE(t *testing.T) {
	text, err := os.ReadFile("testdata/contacts.txt")
	if err != nil {
		t.Fatal(err)
	}
	changes, err := ReadChanges(bytes.NewReader(text), 100)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Change{At: time.Second, A: 81, B: 88, Up: true}); len(changes) == 0 || changes[0] != want {
		t.Fatalf("the first of %d changes is %+v, want %+v", len(changes), changes[:min(1, len(changes))], want)
	}
	if n := Nodes(changes); n != 100 {
		t.Errorf("the trace has %d nodes, want 100", n)
	}
	var out bytes.Buffer
	if err := WriteChanges(&out, changes); err != nil {
		t.Fatal(err)
	}
	if out.String() != string(text) {
		t.Errorf("written again it differs")
	}
}

func TestChangesAsPeopleWriteThem(t *testing.T) {
	changes, err := ReadChanges(strings.NewReader("# a comment\n\n 0  CONN\tn7 p3 up # met before\r\n0.0005 CONN 1 2 up\n12 CONN 3 7 down"), 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{{0, 3, 7, true}, {500 * time.Microsecond, 1, 2, true}, {12 * time.Second, 3, 7, false}}
	if !slices.Equal(changes, want) {
		t.Errorf("read %v, want %v", changes, want)
	}
	spans := Spans(changes, time.Minute)
	if want := []Span{{3, 7, 0, 12 * time.Second}, {1, 2, 500 * time.Microsecond, time.Minute}}; !slices.Equal(spans, want) {
		t.Errorf("spans %v, want %v", spans, want)
	}
}

// TestChangesRefused holds each error to its line, to what was wrong and to what to do.
func TestChangesRefused(t *testing.T) {
	const good = "1.00 CONN 1 2 up\n"
	cases := []struct{ name, line, want string }{
		{"out of order", "0.99 CONN 3 4 up", "line 2: 990ms is before 1s, the time of the one before it; sort"},
		{"unknown node", "2 CONN 3 5 up", "line 2: there is no node 5 among 5, which are counted from 0; give the run at least 6 nodes"},
		{"up twice", "2 CONN 2 1 up", "line 2: 1 and 2 are connected already; remove it"},
		{"down without up", "2 CONN 3 4 down", "line 2: 3 and 4 are not connected; remove it"},
		{"itself", "2 CONN 3 3 up", "line 2: node 3 meets itself"},
		{"sideways", "2 CONN 3 4 sideways", `line 2: "sideways"; a connection goes up or down`},
		{"short", "2 CONN 3 4", "write: seconds CONN node node up|down"},
		{"another kind", "2 C M1 3 4 200", "write: seconds CONN node node up|down"},
		{"negative time", "-2 CONN 3 4 up", `the time is "-2"; write seconds`},
		{"no digits behind the point", "2. CONN 3 4 up", `the time is "2."; write seconds`},
		{"letters in time", "2.x CONN 3 4 up", `the time is "2.x"; write seconds`},
		{"signed fraction", "2.+5 CONN 3 4 up", `the time is "2.+5"; write seconds`},
		{"too fine", "2.0000000001 CONN 3 4 up", "nine digits"},
		{"too late", "10000000000 CONN 3 4 up", "the most is 9000000000"},
		{"negative node", "2 CONN -3 4 up", `"-3" is no node`},
		{"no node", "2 CONN n 4 up", `"n" is no node`},
		{"long line", "2 CONN 3 4 up" + strings.Repeat(" ", maxLine), "line 2: longer than 1024 bytes"},
	}
	for _, c := range cases {
		changes, err := ReadChanges(strings.NewReader(good+c.line+"\n"), 5)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "line 2: ") {
			t.Errorf("%s: %v, %v; want %q", c.name, changes, err, c.want)
		}
	}
}

// TestChangesReadBack makes lists at random: what passes Check reads back.
func TestChangesReadBack(t *testing.T) {
	for seed := range uint64(200) {
		luck := rand.New(rand.NewPCG(seed, 1))
		var changes []Change
		up := map[[2]int]bool{}
		at := time.Duration(0)
		for range luck.IntN(60) {
			a := luck.IntN(8)
			pair := [2]int{a, a + 1 + luck.IntN(4)}
			up[pair] = !up[pair]
			at += time.Duration(luck.Int64N(3)) * time.Duration(luck.Int64N(int64(time.Minute)))
			changes = append(changes, Change{at, pair[0], pair[1], up[pair]})
		}
		if err := Check(changes, 12); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		var out bytes.Buffer
		if err := WriteChanges(&out, changes); err != nil {
			t.Fatal(err)
		}
		again, err := ReadChanges(&out, 12)
		if err != nil || !slices.Equal(again, changes) {
			t.Fatalf("seed %d: %v became %v, %v", seed, changes, again, err)
		}
		for _, s := range Spans(changes, at) {
			if s.Begin > s.End || s.A >= s.B {
				t.Fatalf("seed %d: span %v", seed, s)
			}
		}
	}
}

func TestSort(t *testing.T) {
	changes := []Change{{2, 0, 1, true}, {1, 3, 4, true}, {1, 5, 6, false}, {1, 3, 9, false}}
	Sort(changes)
	if want := []Change{{1, 3, 9, false}, {1, 5, 6, false}, {1, 3, 4, true}, {2, 0, 1, true}}; !slices.Equal(changes, want) {
		t.Errorf("%v, want %v", changes, want)
	}
}

// FuzzReadChanges demands that what reads, passes Check and reads back.
func FuzzReadChanges(f *testing.F) {
	for _, s := range soundChanges() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		changes, err := ReadChanges(bytes.NewReader(text), 0)
		if err != nil {
			return
		}
		if err := Check(changes, Nodes(changes)); err != nil {
			t.Fatalf("read, but %v", err)
		}
		var out bytes.Buffer
		if err := WriteChanges(&out, changes); err != nil {
			t.Fatal(err)
		}
		if again, err := ReadChanges(&out, 0); err != nil || !slices.Equal(again, changes) {
			t.Fatalf("%v became %v, %v", changes, again, err)
		}
	})
}
