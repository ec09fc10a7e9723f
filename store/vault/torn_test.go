package vault

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// sized returns a content with room for both slots at their full span.
func sized(data []byte) []byte { return append(data, make([]byte, 2*Span-len(data))...) }

// tear makes disk, which held before, hold what lies there when the power is cut
// after k bytes of a write of [from, to), counted from its front or from its end.
func tear(disk, before, after []byte, from, to, k int, front bool) []byte {
	copy(disk[from:to], before[from:to])
	if front {
		copy(disk[from:from+k], after[from:from+k])
	} else {
		copy(disk[to-k:to], after[to-k:to])
	}
	return disk
}

// saving returns the file before a save, after its first write, and at its end.
func saving(t *testing.T, first, second []byte) (before, middle, after []byte, v *Vault) {
	t.Helper()
	v, path := create(t)
	save(t, v, first)
	before = sized(content(t, path))
	save(t, v, second)
	after = sized(content(t, path))
	middle = bytes.Clone(before)
	slot := v.slot // the one that was written first
	copy(middle[slot*Span:(slot+1)*Span], after[slot*Span:(slot+1)*Span])
	return before, middle, after, v
}

// A write that is torn at any offset, from either end, leaves the state before or
// the new one. With the first write whole, it is the new one.
func TestTornAtEveryOffset(t *testing.T) {
	first, second := []byte("state before"), []byte("state after, and longer")
	before, middle, after, v := saving(t, first, second)
	for _, w := range []struct {
		name          string
		before, after []byte
		slot          int
		want          [][]byte
	}{
		{"first write", before, middle, v.slot, [][]byte{first, second}},
		{"second write", middle, after, 1 - v.slot, [][]byte{second}},
	} {
		disk := bytes.Clone(w.before)
		for k := range Step + 1 {
			for _, front := range []bool{true, false} {
				data := tear(disk, w.before, w.after, w.slot*Span, w.slot*Span+Step, k, front)
				f, _, err := v.seal.newest(data)
				if err != nil {
					t.Fatalf("%s, %d bytes: %v", w.name, k, err)
				}
				if !bytes.Equal(f.state.Data, w.want[0]) && (len(w.want) == 1 || !bytes.Equal(f.state.Data, w.want[1])) {
					t.Fatalf("%s, %d bytes: holds %q", w.name, k, f.state.Data)
				}
			}
		}
	}
}

// The same for a state that outgrows its slot, and one that shrinks; Open then
// leaves both slots alike, with nothing of the torn one, and saving goes on.
func TestTornWhileGrowing(t *testing.T) {
	step := 997
	if testing.Short() {
		step = 4999
	}
	small, large := []byte("small"), bytes.Repeat([]byte("large"), 2*Step)
	for _, c := range [][2][]byte{{small, large}, {large, small}} {
		before, middle, after, made := saving(t, c[0], c[1])
		length := made.steps * Step
		path := filepath.Join(t.TempDir(), "vault")
		for k := 0; k <= length; k += step {
			for i, w := range [][2][]byte{{before, middle}, {middle, after}} {
				slot := made.slot ^ i
				data := tear(bytes.Clone(w[0]), w[0], w[1], slot*Span, slot*Span+length, k, k%2 == 0)
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
				v, err := Open(path, testKey)
				if err != nil {
					t.Fatalf("write %d, %d bytes: %v", i, k, err)
				}
				if got := v.Load(); !bytes.Equal(got, c[i]) && !bytes.Equal(got, c[1]) {
					t.Fatalf("write %d, %d bytes: holds %d bytes", i, k, len(got))
				}
				if f, same, err := v.seal.newest(content(t, path)); err != nil || !same {
					t.Fatalf("write %d, %d bytes: the slots differ after Open: %+v, %v", i, k, f, err)
				}
				if n := extent(content(t, path)); n != v.steps {
					t.Fatalf("write %d, %d bytes: something lies behind the slots: %d steps, want %d", i, k, n, v.steps)
				}
				save(t, v, []byte("next"))
				holds(t, path, []byte("next"))
			}
		}
	}
}
