package scenario

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

// nothing is the files of a scenario that names none.
func nothing(name string) ([]byte, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("no such file")}
}

// beside reads the files in testdata.
func beside(name string) ([]byte, error) { return os.ReadFile(filepath.Join("testdata", name)) }

func TestBuiltin(t *testing.T) {
	for _, name := range Builtin() {
		s, err := Open(name)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		if s.Name != name {
			t.Errorf("%s calls itself %s", name, s.Name)
		}
		if len(s.Expect) == 0 && len(s.People) > 0 {
			t.Errorf("%s expects nothing", name)
		}
	}
}

func TestFirstHasTwentyLines(t *testing.T) {
	text, err := Text("my-first-blackout")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n > 20 {
		t.Errorf("it has %d lines", n)
	}
}

func TestOpen(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"cel", `there is no file and no built-in scenario "cel"; did you mean "cell"? built in are `},
		{"testdata/none.yaml", "read a scenario: open testdata/none.yaml: "},
	} {
		if _, err := Open(c.name); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	s, err := Open("testdata/whole.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if s.Lasts != 4*time.Hour || s.Count() != 7 || len(s.Files.Contacts) != 2 || len(s.Files.Messages) != 1 || s.Files.Matrices["lora"].Len() != 3 {
		t.Errorf("%+v", s)
	}
}

// TestMistakesTogether: what can be found at once is reported at once, in order.
func TestMistakesTogether(t *testing.T) {
	_, err := Parse("s.yaml", []byte("name: s\nstory: x\nlasts: 5 kg\nnodes:\n  - nam: a\n    count: 0\nseed: x\n"), nothing)
	want := `s.yaml:3: lasts: "5 kg" is not a time: its units are ns, us, ms, s, min, h, d, not kg
s.yaml:5: nodes: unknown key "nam"; did you mean "name"? the keys are ` + names(new(Group).keys()) + `
s.yaml:5: nodes: the key "name" is missing; write a name of letters, digits and hyphens
s.yaml:6: count: 0 is out of range; write 1 to 10000
s.yaml:7: seed: "x" is not a whole number; write a whole number of 0 to 9007199254740992`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if _, err := Parse("s.yaml", []byte("nodes:\n"+strings.Repeat("  - {nam: a}\n", 50)), nothing); err == nil || !strings.HasSuffix(err.Error(), "s.yaml: and 83 more mistakes") {
		t.Errorf("%v", err)
	}
}

func TestTooLarge(t *testing.T) {
	s, err := Parse("big.yaml", []byte("name: big\nstory: x\nlasts: 4 h\nnodes:\n  - {name: a, count: 5000, radios: r}\nradios:\n  - {name: r, kind: lora}\n"), nothing)
	if err != nil {
		t.Fatal(err)
	}
	const gigabyte = 1_000_000_000
	err = s.Fits(Blackstart, 4*gigabyte)
	want := `big.yaml:4: a run with blackstart takes about 7.7 GB of memory, and there is 4.0 GB; nodes take most, 6.1 GB; take fewer nodes or a shorter time`
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if err := s.Fits("flood", 4*gigabyte); err != nil {
		t.Error(err)
	}
	if err := s.Fits("flood", gigabyte); err == nil || !strings.Contains(err.Error(), `paths of the radio "r" take most`) {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range Builtin() {
		text, _ := Text(name)
		f.Add(text)
	}
	whole, err := os.ReadFile("testdata/whole.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse("fuzz.yaml", text, beside)
		if err != nil {
			m, ok := err.(Mistakes)
			if !ok || len(m) == 0 || len(m) > mostMistakes+1 {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		if s.Count() == 0 || len(s.Groups) != len(s.Nodes) {
			t.Errorf("%d nodes in %d groups", s.Count(), len(s.Groups))
		}
	})
}

func TestBoundedParse(t *testing.T) {
	whole, err := os.ReadFile("testdata/whole.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// A count of nodes takes room for their numbers, MaxNodes of them at most.
	bound.Bound{Times: 8192, Plus: 8 << 20}.Decoding(t, func(b []byte) {
		_, _ = Parse("s.yaml", b[:min(len(b), 2048)], nothing)
	}, whole[:1500])
}
