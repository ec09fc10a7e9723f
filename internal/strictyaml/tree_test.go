package strictyaml

import (
	"reflect"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

const sample = `# a comment
name: town   # another
story: >
  One line
  and another.
rows:
  - size: 5 km
    of: [a, "b c"]
  - {size: 1, empty: }
nothing:
`

func TestParse(t *testing.T) {
	got, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	plain := func(line int, text string) Node { return Node{Line: line, Kind: Plain, Text: text} }
	want := Node{Line: 2, Kind: Fields, Fields: []Field{
		{"name", 2, plain(2, "town")},
		{"story", 3, plain(3, "One line and another.")},
		{"rows", 6, Node{Line: 7, Kind: List, Items: []Node{
			{Line: 7, Kind: Fields, Fields: []Field{
				{"size", 7, plain(7, "5 km")},
				{"of", 8, Node{Line: 8, Kind: List, Items: []Node{plain(8, "a"), plain(8, "b c")}}},
			}},
			{Line: 9, Kind: Fields, Fields: []Field{{"size", 9, plain(9, "1")}, {"empty", 9, Node{Line: 9}}}},
		}}},
		{"nothing", 10, Node{Line: 10}},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}

func TestParseMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: 2\na: 3\n":    "line 3: ",
		"a: &x 1\nb: *x\n":      "line 1: it cannot be read as YAML",
		"a: !tag 1\n":           "line 1: it cannot be read as YAML",
		"a: 1\n---\nb: 2\n":     "a second document begins",
		"a: [1\n":               "line 1: ",
		"a:\n\t- b\n":           "line 2: ",
		"? [a]\n: b\n":          "line 2: ",
		"<<: {a: 1}\n":          "is no key",
		strings.Repeat("[", 99): "too many brackets",
		strings.Repeat("[", 30): "line 1: ",
		"a: " + strings.Repeat("{a: ", 20) + "1" + strings.Repeat("}", 20): "too deep",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if n, err := Parse([]byte("# nothing\n")); err != nil || n.Kind != Empty {
		t.Errorf("%+v, %v", n, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("a: !")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := Parse([]byte(text)); err != nil && err.Error() == "" {
			t.Error("a mistake without a word")
		}
	})
}

func TestBoundedParse(t *testing.T) {
	bound.Bound{Times: 4096, Plus: 1 << 20}.Decoding(t, func(b []byte) {
		_, _ = Parse(b[:min(len(b), 512)])
	}, []byte(sample))
}
