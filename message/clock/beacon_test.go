package clock

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

const vectorDir = "testdata/vectors"

// classes are those that the vectors expect.
var classes = vectors.Classes{
	"truncated": ErrTruncated, "oversized": ErrOversized, "version": ErrVersion, "not-canonical": ErrNotCanonical,
}

func describe(b Beacon) string {
	return fmt.Sprintf("time %s error %v source %v", b.Time.Time().Format(time.RFC3339Nano), b.Error, b.Source)
}

func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: readVector}.Hold(t)
}

func readVector(t *testing.T, f vectors.File) ([]vectors.Field, error) {
	t.Helper()
	b, err := DecodeBeacon(f.Data)
	if err != nil {
		return nil, err
	}
	f.Again(t, b.Encode())
	return []vectors.Field{{Key: "beacon", Value: describe(b)}}, nil
}

func makeVectors(t *testing.T) []vectors.File {
	cases := []struct{ name, expect, comment, hex string }{
		{"ok", "ok", "2026-05-04 10:11:12.345 UTC from GPS, good to 0.7 s", "01 019df2786f59 0046 04"},
		{"ok-system", "ok", "from the kernel's synchronised clock, good to 1 s", "01 019df2786f59 0064 03"},
		{"ok-operator", "ok", "confirmed by a person, with the largest error", "01 019df2786f59 ffff 06"},
		{"ok-1970", "ok", "the first moment, with the smallest error", "01 000000000000 0001 04"},
		{"ok-last", "ok", "the last moment of 2149-06-06", "01 05265bffffff 0001 04"},
		{"truncated-empty", "truncated", "no bytes", ""},
		{"truncated", "truncated", "the source is missing", "01 019df2786f59 0046"},
		{"oversized", "oversized", "a byte behind the source", "01 019df2786f59 0046 04 00"},
		{"version-0", "version", "version 0", "00 019df2786f59 0046 04"},
		{"version-2", "version", "version 2, of any length", "02 01"},
		{"time-late", "not-canonical", "the first moment that no day can hold", "01 05265c000000 0046 04"},
		{"time-last", "not-canonical", "all bits of the time", "01 ffffffffffff 0046 04"},
		{"error-0", "not-canonical", "no error", "01 019df2786f59 0000 04"},
		{"source-none", "not-canonical", "from nobody", "01 019df2786f59 0046 00"},
		{"source-station", "not-canonical", "from another station", "01 019df2786f59 0046 05"},
		{"source-unknown", "not-canonical", "from a source that there is not", "01 019df2786f59 0046 07"},
	}
	var files []vectors.File
	for _, c := range cases {
		data, err := hex.DecodeString(string(bytes.ReplaceAll([]byte(c.hex), []byte(" "), nil)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, vectors.File{Name: c.name, Data: data, Fields: []vectors.Field{
			{Key: "comment", Value: c.comment}, {Key: "expect", Value: c.expect}}})
	}
	return files
}

func FuzzDecodeBeacon(f *testing.F) {
	for _, v := range vectors.Read(f, vectorDir) {
		f.Add(v.Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := DecodeBeacon(data)
		if err != nil {
			if classes.Of(err) == "" {
				t.Fatalf("%v is of no class", err)
			}
			return
		}
		if !bytes.Equal(b.Encode(), data) {
			t.Fatalf("%x encodes as %x", data, b.Encode())
		}
		for _, oldest := range []time.Duration{-1, 0, time.Hour} {
			if err := b.Fix(time.Second, oldest).check(); err != nil && b.Time < lastWall-2*3600_000 {
				t.Fatalf("%+v gives a fix that cannot be: %v", b, err)
			}
		}
	})
}

func TestNewBeacon(t *testing.T) {
	r := Reading{Wall: 1_777_889_472_345, Bound: 1_234_567 * time.Microsecond, Source: GPS, Quality: Believed}
	b, err := NewBeacon(r)
	if err != nil || b.Error != 1240*time.Millisecond || b.Time != r.Wall {
		t.Errorf("beacon %+v, %v; want the error rounded up", b, err)
	}
	for what, change := range map[string]func(*Reading){
		"not known":            func(r *Reading) { r.Quality = Unknown },
		"from another station": func(r *Reading) { r.Source = Station },
		"as node.yaml says":    func(r *Reading) { r.Source = Stated },
		"too wrong":            func(r *Reading) { r.Bound = 11 * time.Minute },
	} {
		r := r
		change(&r)
		if b, err := NewBeacon(r); !errors.Is(err, ErrNoTime) {
			t.Errorf("%s: beacon %+v, %v; want %v", what, b, err, ErrNoTime)
		}
	}
}

func TestBeaconFix(t *testing.T) {
	b := Beacon{Time: 1_000_000, Error: 20 * time.Millisecond, Source: GPS}
	if got, want := b.Fix(time.Second, 5*time.Second), (Fix{Station, 1_000_980, 1_005_020}); got != want {
		t.Errorf("fix %+v, want %+v", got, want)
	}
	if got, want := b.Fix(time.Second, -1), (Fix{Station, 1_000_980, 0}); got != want {
		t.Errorf("of unknown age: fix %+v, want %+v", got, want)
	}
}
