package contact

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

// TestMessagesOfTheONE reads what the ONE wrote and writes it byte for byte.
func TestMessagesOfTheONE(t *testing.T) {
	text, err := os.ReadFile("testdata/messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	all, err := ReadMessages(bytes.NewReader(text), 100)
	if err != nil {
		t.Fatal(err)
	}
	want := Message{At: 32 * time.Second, ID: "M1", Bytes: 634, From: 14, To: 38, Lifetime: 5 * time.Hour}
	if len(all) != 30 || all[0] != want {
		t.Fatalf("%d messages, the first %+v; want 30, %+v", len(all), all[:min(1, len(all))], want)
	}
	var out bytes.Buffer
	if err := WriteMessages(&out, all); err != nil {
		t.Fatal(err)
	}
	if out.String() != string(text) {
		t.Errorf("written again it differs")
	}
}

func TestMessagesRefused(t *testing.T) {
	const good = "5 M1 10 0 1 300 N\n"
	cases := []struct{ name, line, want string }{
		{"out of order", "4.5 M2 10 0 1 300 N", "4.5s is before 5s, the time of the message before it; sort"},
		{"twice", "6 M1 10 0 1 300 N", `the message "M1" was there before`},
		{"to itself", "6 M2 10 1 1 300 N", "node 1 writes to itself"},
		{"unknown node", "6 M2 10 1 9 300 N", "there is no node 9 among 5, which are counted from 0; give the run at least 10 nodes"},
		{"length", "6 M2 -1 1 2 300 N", `the length is "-1"`},
		{"lifetime", "6 M2 1 1 2 0 N", `it lives "0"; write whole minutes`},
		{"endless lifetime", "6 M2 1 1 2 99999999 N", "write whole minutes"},
		{"answer", "6 M2 1 1 2 300 maybe", `"maybe"; write Y`},
		{"a connection", "6 CONN 1 2 up", "write: seconds name bytes from to minutes|n/a Y|N"},
	}
	for _, c := range cases {
		all, err := ReadMessages(strings.NewReader(good+c.line), 5)
		if err == nil || !strings.HasPrefix(err.Error(), "line 2: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v; want %q", c.name, all, err, c.want)
		}
	}
}

// TestMessagesThatCannotBeWritten: better no file than one that reads otherwise.
func TestMessagesThatCannotBeWritten(t *testing.T) {
	for _, id := range []string{"", "a b", "a#b", " a", "CONN", "a\n"} {
		if err := WriteMessages(new(bytes.Buffer), []Message{{ID: id, To: 1}}); err == nil || !strings.Contains(err.Error(), "cannot be written") {
			t.Errorf("%q: %v", id, err)
		}
	}
	var out bytes.Buffer
	if err := WriteMessages(&out, []Message{{ID: "M", To: 1, Lifetime: 61 * time.Second}}); err != nil || !strings.Contains(out.String(), "0.0000 M 0 n0 n1 2 N") {
		t.Errorf("%v: %s", err, out.String())
	}
}

func soundChanges() [][]byte {
	return bound.Texts("1.00 CONN 81 88 up\n1.50 CONN 1 2 up\n9 CONN 81 88 down\n", "# nothing\n", "0 CONN n1 p2 up")
}

func soundMessages() [][]byte {
	return bound.Texts("# time\n32.0000 M1 634 n14 n38 300 N \n58.0000 M2 673 n1 n10 n/a Y \n", "7 a 0 1 2 3 N")
}

// FuzzReadMessages demands that what reads, reads back.
func FuzzReadMessages(f *testing.F) {
	for _, s := range soundMessages() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := ReadMessages(bytes.NewReader(text), 0)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := WriteMessages(&out, all); err != nil {
			t.Fatal(err)
		}
		if again, err := ReadMessages(&out, 0); err != nil || !slices.Equal(again, all) {
			t.Fatalf("%v became %v, %v", all, again, err)
		}
	})
}

// TestBoundedReading: a trace takes no more than its own size some times over.
func TestBoundedReading(t *testing.T) {
	b := bound.Bound{Times: 60, Plus: 16 << 10}
	b.Decoding(t, func(text []byte) { ReadChanges(bytes.NewReader(text), 0) }, soundChanges()...)
	b.Decoding(t, func(text []byte) { ReadMessages(bytes.NewReader(text), 0) }, soundMessages()...)
}
