package vault

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/blackstart-mesh/blackstart/store/erase"
)

var testKey = [32]byte{1, 2, 3}

func create(t *testing.T) (*Vault, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "vault")
	v, err := Create(path, testKey)
	if err != nil {
		t.Fatal(err)
	}
	return v, path
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func save(t *testing.T, v *Vault, data []byte) {
	t.Helper()
	if err := v.Save(data); err != nil {
		t.Fatal(err)
	}
}

// holds demands that a vault opens with this data.
func holds(t *testing.T, path string, want []byte) *Vault {
	t.Helper()
	v, err := Open(path, testKey)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(v.Load(), want) {
		t.Fatalf("the vault holds %d bytes, want the %d that were saved", len(v.Load()), len(want))
	}
	return v
}

func TestSaveAndLoad(t *testing.T) {
	v, path := create(t)
	holds(t, path, nil)
	for _, n := range []int{0, 1, 100, Step, 10 * Step, 3, MaxState, 0, MaxState - 1} {
		data := bytes.Repeat([]byte{byte(n), 7}, n)[:n]
		save(t, v, data)
		if !bytes.Equal(v.Load(), data) {
			t.Errorf("%d bytes are not what Load returns", n)
		}
		again := holds(t, path, data)
		if again.state.Generation != v.state.Generation || again.state.Incarnation != v.state.Incarnation {
			t.Errorf("generation %d, want %d", again.state.Generation, v.state.Generation)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() > 2*Span || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestRefusals(t *testing.T) {
	v, path := create(t)
	save(t, v, []byte("keys"))
	if err := v.Save(make([]byte, MaxState+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	holds(t, path, []byte("keys"))
	before := content(t, path)
	if st, err := Peek(path, testKey); err != nil || string(st.Data) != "keys" || !bytes.Equal(content(t, path), before) {
		t.Errorf("peeked at %+v, %v", st, err)
	}
	if _, err := Peek(path, [32]byte{9}); !errors.Is(err, ErrKey) {
		t.Errorf("peeked with a wrong key: %v", err)
	}
	if _, err := Create(path, testKey); !errors.Is(err, ErrExists) {
		t.Errorf("second vault: %v", err)
	}
	if _, err := Open(path, [32]byte{9}); !errors.Is(err, ErrKey) {
		t.Errorf("wrong key: %v", err)
	}
	if _, err := Open(path+".none", testKey); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
	good := content(t, path)
	for _, c := range []struct {
		name   string
		change func(b []byte) []byte
		want   error
	}{
		{"empty", func([]byte) []byte { return nil }, ErrDamaged},
		{"both sealed parts", func(b []byte) []byte { b[200] ^= 1; b[Span+200] ^= 1; return b }, ErrDamaged},
		{"one sealed part", func(b []byte) []byte { b[200] ^= 1; return b }, nil},
		{"newer", func(b []byte) []byte { b[16], b[Span+16] = 2, 2; return b }, ErrVersion},
		{"too long", func(b []byte) []byte { return append(b, make([]byte, 2*Span)...) }, ErrDamaged},
	} {
		if err := os.WriteFile(path, c.change(bytes.Clone(good)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, testKey); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// Once Save has returned, nothing in the file opens to what was there before,
// however the lengths went.
func TestNothingOldIsLeft(t *testing.T) {
	v, path := create(t)
	var olds [][]byte
	for _, n := range []int{9 * Step, 10, 3 * Step, 0, 20 * Step, 5} {
		olds = append(olds, content(t, path))
		save(t, v, bytes.Repeat([]byte{byte(len(olds))}, n))
		now := content(t, path)
		for i, old := range olds {
			for at := headSize; at+32 <= len(old); at += 256 { // Span and headSize keep it out of the heads
				if piece := old[at : at+32]; !bytes.Equal(piece, make([]byte, 32)) && bytes.Contains(now, piece) {
					t.Fatalf("after save %d, bytes at %d of state %d are still there", len(olds), at, i)
				}
			}
		}
		for slot := range 2 {
			st, err := v.seal.decode(now[slot*Span : min((slot+1)*Span, len(now))])
			if err != nil || st.Generation != v.state.Generation {
				t.Fatalf("slot %d: %+v, %v", slot, st, err)
			}
		}
	}
}

// A vault that was erased is not brought back by who still has it open.
func TestErasedVaultStaysErased(t *testing.T) {
	v, path := create(t)
	if err := erase.File(path); err != nil {
		t.Fatal(err)
	}
	if err := v.Save([]byte("more")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("saving what was erased: %v", err)
	}
}
