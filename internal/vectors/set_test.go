package vectors

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
)

func TestClasses(t *testing.T) {
	one, two := errors.New("one"), errors.New("two")
	c := Classes{"one": one, "two": two}
	for want, err := range map[string]error{"ok": nil, "one": fmt.Errorf("in a file: %w", one), "two": two, "": errors.New("three"), "one and two": errors.Join(two, one)} {
		if got := c.Of(err); got != want {
			t.Errorf("%v is of class %q, want %q", err, got, want)
		}
	}
	if got := c.Only("two"); !reflect.DeepEqual(got, Classes{"two": two}) {
		t.Errorf("only two gives %v", got)
	}
}

// What a reader says has to stand at the end of the head, whole and once.
func TestEndsWith(t *testing.T) {
	a, b, c := Field{"item", "1"}, Field{"item", "2"}, Field{"says", "x"}
	for _, v := range []struct {
		head, said []Field
		want       bool
	}{
		{[]Field{{"expect", "ok"}, a, b}, []Field{a, b}, true},
		{[]Field{{"expect", "ok"}, a}, nil, true},
		{[]Field{{"expect", "ok"}, b, a}, []Field{a, b}, false},
		{[]Field{{"expect", "ok"}, a, b}, []Field{b}, false},
		{[]Field{{"expect", "ok"}, a, c}, []Field{a}, false},
		{[]Field{a}, []Field{a, b}, false},
		{[]Field{{"expect", "ok"}, {"says", "y"}}, []Field{c}, false},
	} {
		if got := (File{Fields: v.head}).endsWith(v.said); got != v.want {
			t.Errorf("%v ends with %v: %v", v.head, v.said, got)
		}
	}
}

// A Set makes files to which it then holds the code.
func TestRewriteThenHold(t *testing.T) {
	errOdd := errors.New("odd")
	s := Set{Dir: t.TempDir(), Classes: Classes{"odd": errOdd},
		Make: func(*testing.T) []File {
			return []File{{Name: "even", Fields: []Field{{"expect", "ok"}}, Data: []byte{4}}, {Name: "odd", Fields: []Field{{"expect", "odd"}}, Data: []byte{5}}}
		},
		Read: Says(func(t *testing.T, f File) (string, error) {
			if f.Data[0]%2 == 1 {
				return "", errOdd
			}
			f.Again(t, []byte{f.Data[0]/2 + f.Data[0]/2})
			return fmt.Sprintf("half %d", f.Data[0]/2), nil
		})}
	s.rewrite(t)
	if got := Read(t, s.Dir)[0].Get(t, "says"); got != "half 2" {
		t.Errorf("it says %q", got)
	}
	s.Hold(t)
}
