package at

import (
	"bytes"
	"slices"
	"testing"
)

const most = 40

// marker begins a line in which, as after a length, 4 bytes of any value follow.
var marker = []byte("#4")

// feed returns the lines in some bytes, which a test ends with a line end or not.
func feed(l *Lines, in []byte) []string {
	var list []string
	for _, b := range in {
		if line, ok := l.Push(b); ok {
			list = append(list, string(line))
		} else if bytes.Equal(l.Begun(), marker) {
			l.Raw(4)
		}
	}
	return list
}

func TestLines(t *testing.T) {
	long := bytes.Repeat([]byte{'x'}, most+1)
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"either end":           {"a\rb\nc\r\n\r\n\r\nd\r\n", []string{"a", "b", "c", "d"}},
		"not ended":            {"a\r\nhalf", []string{"a"}},
		"longest":              {string(long[1:]) + "\r\n", []string{string(long[1:])}},
		"too long":             {string(long) + string(long) + "\r\nb\r\n", []string{"b"}},
		"line ends as content": {"#4\r\n\r\nx\r\nb\r\n", []string{"#4\r\n\r\nx", "b"}},
		"any byte":             {"\x00\xff\r\n", []string{"\x00\xff"}},
	} {
		l := NewLines(most)
		if got := feed(&l, []byte(c.in)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Half a line that nothing follows does not spoil the next.
func TestBrokenLine(t *testing.T) {
	for _, half := range []string{"half", "#4\r\n", string(bytes.Repeat([]byte{'x'}, most+1))} {
		l := NewLines(most)
		got := feed(&l, []byte(half))
		l.Break()
		if got = append(got, feed(&l, []byte("+OK\r\n"))...); !slices.Equal(got, []string{"+OK"}) || l.Broken != 1 {
			t.Errorf("after %q: %q, broken %d", half, got, l.Broken)
		}
	}
}

// What a Lines hands out is bounded, and read again the same.
func FuzzLines(f *testing.F) {
	f.Add([]byte("+OK\r\n+RCV=1,3,a,b,-71,9\r\n"))
	f.Add([]byte("#4\r\n\r\n\r\n+READY\n\n\r"))
	f.Fuzz(func(t *testing.T, in []byte) {
		l := NewLines(most)
		lines := feed(&l, in)
		var wire []byte
		for _, line := range lines {
			if len(line) == 0 || len(line) > most {
				t.Fatalf("a line of %d bytes", len(line))
			}
			wire = append(append(wire, line...), "\r\n"...)
		}
		again := NewLines(most)
		if second := feed(&again, wire); !slices.Equal(lines, second) {
			t.Fatalf("%q became %q", lines, second)
		}
		if cap(l.line) > 4*most {
			t.Fatalf("it holds %d bytes", cap(l.line))
		}
	})
}
