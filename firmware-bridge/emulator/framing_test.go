package emulator

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// Frames as the paper on KISS gives them, and what a device makes of what is none.
func TestFraming(t *testing.T) {
	for content, want := range map[string]string{
		"TEST":         "\xC0TEST\xC0",
		"\xC0\xDB":     "\xC0\xDB\xDC\xDB\xDD\xC0",
		"\xDB\xDC\xDD": "\xC0\xDB\xDD\xDC\xDD\xC0",
	} {
		if got := Framed([]byte(content)); string(got) != want {
			t.Errorf("%x is framed as %x, want %x", content, got, want)
		}
	}
	for wire, want := range map[string][]string{
		"\xC0TEST\xC0":                           {"TEST"},
		"\xC0\xC0\xC0a\xC0b\xC0\xC0":             {"a", "b"},
		"\xC0\xDB\xDC\xDB\xDD\xC0":               {"\xC0\xDB"},
		"\xC0\xDC\xDD\xC0":                       {"\xDC\xDD"},
		"\xC0a\xDB\xC0\xDCb\xC0":                 {"a", "\xDCb"}, // an escape ends with its frame
		"\xC0a":                                  nil,
		"\xC0" + strings.Repeat("a", 9) + "\xC0": {"aaaaaaaa"},
	} {
		u := Unframer{Most: 8}
		var got []string
		for _, b := range []byte(wire) {
			if content, ok := u.Push(b); ok {
				got = append(got, string(content))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%x is read as %q, want %q", wire, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	l := Lines{Most: 8}
	var got []string
	for _, b := range []byte("AT\r\n\n\rAT+A\n" + strings.Repeat("b", 9) + "\rhalf") {
		if line, ok := l.Push(b); ok {
			got = append(got, line)
		}
	}
	if want := []string{"AT", "AT+A", "bbbbbbbb"}; !slices.Equal(got, want) {
		t.Errorf("read as %q, want %q", got, want)
	}
}

func FuzzFraming(f *testing.F) {
	f.Add([]byte("\xC0\xDBhello\xDC\xDD"))
	f.Fuzz(func(t *testing.T, content []byte) {
		u := Unframer{Most: len(content) + 1}
		var got []byte
		for _, b := range Framed(content) {
			if c, ok := u.Push(b); ok {
				got = c
			}
		}
		if !bytes.Equal(got, content) {
			t.Fatalf("%x became %x", content, got)
		}
	})
}
