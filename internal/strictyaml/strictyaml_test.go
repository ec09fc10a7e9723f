package strictyaml

import (
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

type thing struct {
	Name Value `yaml:"name"`
	Rows []struct {
		Size Value `yaml:"size"`
	} `yaml:"rows"`
}

func names() []string { return []string{"name", "rows", "size"} }

func TestDecode(t *testing.T) {
	var got thing
	if err := Decode([]byte("name: x\nrows:\n  - size: 869.525M # wide\n"), &got, names()); err != nil {
		t.Fatal(err)
	}
	if got.Name != (Value{"x", 1}) || got.Rows[0].Size != (Value{"869.525M", 3}) {
		t.Errorf("%+v", got)
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"nam: x\n":               `line 1: unknown key "nam"`,
		"name: x\nname: y\n":     "line 2: ",
		"rows:\n  - sise: 1\n":   `line 2: unknown key "sise"`,
		"rows:\n  - size: [1]\n": "want a plain value",
		"a\n":                    "line 1: ",
	} {
		var got thing
		if err := Decode([]byte(text), &got, names()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("name: x\nrows:\n  - size: 1\n")
	f.Add("name: !")
	f.Fuzz(func(t *testing.T, text string) {
		var got thing
		if err := Decode([]byte(text), &got, names()); err != nil && err.Error() == "" {
			t.Error("a mistake without a word")
		}
	})
}

func TestBoundedDecode(t *testing.T) {
	bound.Bound{Times: 4096, Plus: 1 << 20}.Decoding(t, func(b []byte) {
		var got thing
		_ = Decode(b[:min(len(b), 512)], &got, names())
	}, bound.Texts("name: x\nrows:\n  - size: 1\n")...)
}
