package vault

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

const vectorDir = "testdata/vectors"

// classes are those that the vectors expect.
var classes = vectors.Classes{"damaged": ErrDamaged, "key": ErrKey, "version": ErrVersion}

// A vector holds one slot, which is the first of its file, or the second where the
// field "slot" says 1: then the first is empty.
func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: vectors.Says(readVector)}.Hold(t)
}

func readVector(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	key, err := hex.DecodeString(f.Get(t, "key"))
	if err != nil {
		t.Fatal(err)
	}
	data := f.Data
	if f.Get(t, "slot") == "1" {
		data = append(make([]byte, Span), data...)
	}
	got, same, err := newSealer([32]byte(key)).newest(data)
	if err != nil {
		return "", err
	}
	if same {
		t.Error("an empty slot is as new as the other")
	}
	return text(got.state), nil
}

func text(s *State) string {
	return fmt.Sprintf("generation %d incarnation %x renewed %d place %x data %x", s.Generation, s.Incarnation, s.Renewed, s.Place, s.Data)
}

func makeVectors(*testing.T) (list []vectors.File) {
	key := [32]byte(bytes.Repeat([]byte{0x56}, 32))
	st := &State{Generation: 7, Incarnation: [16]byte{1, 2, 3}, Renewed: 2, Place: Place{9}, Data: []byte("the ring")}
	add := func(name, comment, expect, slot string, change func(b []byte) []byte) {
		list = append(list, vectors.File{Name: name, Data: change(newSealer(key).encode(st, 1)), Fields: []vectors.Field{
			{Key: "comment", Value: comment}, {Key: "expect", Value: expect}, {Key: "slot", Value: slot},
			{Key: "key", Value: hex.EncodeToString(key[:])},
		}})
	}
	flip := func(at int) func([]byte) []byte { return func(b []byte) []byte { b[at] ^= 1; return b } }
	add("vault-first-ok", "a state in the first slot", "ok", "0", func(b []byte) []byte { return b })
	add("vault-second-ok", "a state in the second slot", "ok", "1", func(b []byte) []byte { return b })
	add("vault-magic", "no slot begins here", "damaged", "0", flip(0))
	add("vault-newer", "a version that is not known", "version", "0", func(b []byte) []byte { b[16] = 2; return b })
	add("vault-reserved", "the byte behind the version is not zero", "damaged", "0", flip(17))
	add("vault-steps", "more steps than there are", "damaged", "0", func(b []byte) []byte { b[19] = 2; return b })
	add("vault-other-key", "the check of another key", "key", "0", flip(20))
	add("vault-nonce-flipped", "a bit of the nonce changed", "damaged", "0", flip(36))
	add("vault-sealed-flipped", "a bit of the sealed state changed", "damaged", "0", flip(Step-1))
	add("vault-truncated", "the last byte is missing", "damaged", "0", func(b []byte) []byte { return b[:Step-1] })
	return list
}
