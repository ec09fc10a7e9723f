package vectors

import (
	"bytes"
	"reflect"
	"testing"
)

func TestTextAndParse(t *testing.T) {
	for _, data := range [][]byte{nil, {1}, bytes.Repeat([]byte{0xab}, 32), bytes.Repeat([]byte{7}, 65)} {
		want := File{Name: "x", Fields: []Field{{"expect", "ok"}, {"comment", "a: b"}, {"node", "1"}, {"node", "2"}}, Data: data}
		got, err := Parse("x", want.Text())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Data, data) || !reflect.DeepEqual(got.Fields, want.Fields) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestReadReturnsWhatRewriteWrote(t *testing.T) {
	dir := t.TempDir()
	Rewrite(t, dir, []File{{Name: "old", Fields: []Field{{"expect", "ok"}}}})
	Rewrite(t, dir, []File{{Name: "b", Fields: []Field{{"expect", "ok"}}, Data: []byte{2}}, {Name: "a", Fields: []Field{{"n", "1"}, {"n", "2"}}, Data: []byte{1}}})
	files := Read(t, dir)
	if len(files) != 2 || files[0].Name != "a" || files[1].Name != "b" {
		t.Fatalf("got %+v, want a and b", files)
	}
	if got := files[1].Get(t, "expect"); got != "ok" {
		t.Errorf("expect is %q", got)
	}
	if got := files[0].All("n"); !reflect.DeepEqual(got, []string{"1", "2"}) {
		t.Errorf("n is %q", got)
	}
}

// FuzzParse: what is read never panics, and reading its text again gives the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte("expect: ok\n\n00ff\n"))
	f.Add([]byte("expect ok\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Parse("x", text)
		if err != nil {
			return
		}
		again, err := Parse("x", file.Text())
		if err != nil || !bytes.Equal(again.Data, file.Data) || !reflect.DeepEqual(again.Fields, file.Fields) {
			t.Fatalf("%+v, then %+v, %v", file, again, err)
		}
	})
}
