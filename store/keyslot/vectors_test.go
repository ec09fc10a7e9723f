package keyslot

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

const vectorDir = "testdata/vectors"

// errWrongSecret is ErrPassphrase or ErrKeyCommand, by the vector's secret.
var errWrongSecret = errors.New("wrong secret")

// classes are those that the vectors expect.
var classes = vectors.Classes{"damaged": ErrCorrupt, "version": ErrVersion, "wrong-secret": errWrongSecret, "kind": ErrKind}

func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: vectors.Says(readVector)}.Hold(t)
}

func readVector(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	secret, wrong := vectorSecret(t, f)
	s, err := DecodeSlot(f.Data)
	if err != nil {
		return "", err
	}
	key, err := s.Unwrap(secret)
	if errors.Is(err, wrong) {
		err = fmt.Errorf("%w: %w", errWrongSecret, err)
	}
	return "key " + hex.EncodeToString(key[:]), err
}

// vectorSecret returns the secret of a vector, and the error that a wrong one gives.
func vectorSecret(t *testing.T, f vectors.File) (Secret, error) {
	if p := f.All("passphrase"); len(p) == 1 {
		return Passphrase(p[0]), ErrPassphrase
	}
	out, err := hex.DecodeString(f.Get(t, "command-output"))
	if err != nil {
		t.Fatal(err)
	}
	return CommandOutput("the vector's", out), ErrKeyCommand
}

func makeVectors(t *testing.T) (list []vectors.File) {
	key := [32]byte(bytes.Repeat([]byte{0x4b}, 32))
	output := bytes.Repeat([]byte{0xc0}, 32)
	byPass, err := Wrap(Passphrase("correct horse battery staple"), key)
	if err != nil {
		t.Fatal(err)
	}
	byPass.Time, byPass.Memory = 1, minMemory // the least that is allowed: some readers are slow
	wrapping, err := Passphrase("correct horse battery staple").wrapping(byPass)
	if err != nil {
		t.Fatal(err)
	}
	byPass.seal(&wrapping, &key)
	byCommand, err := Wrap(CommandOutput("x", output), key)
	if err != nil {
		t.Fatal(err)
	}
	add := func(name, comment, expect string, s *Slot, change func(b []byte) []byte) {
		f := vectors.File{Name: name, Data: change(s.Encode())}
		f.Fields = []vectors.Field{{Key: "comment", Value: comment}, {Key: "expect", Value: expect}}
		if s == byPass {
			f.Fields = append(f.Fields, vectors.Field{Key: "passphrase", Value: "correct horse battery staple"})
		} else {
			f.Fields = append(f.Fields, vectors.Field{Key: "command-output", Value: hex.EncodeToString(output)})
		}
		list = append(list, f)
	}
	same := func(b []byte) []byte { return b }
	set := func(at int, v byte) func([]byte) []byte {
		return func(b []byte) []byte { b[at] = v; return b }
	}
	add("slot-command-ok", "wrapped by what a key command puts out", "ok", byCommand, same)
	add("slot-passphrase-ok", "wrapped by a passphrase", "ok", byPass, same)
	add("slot-passphrase-flipped", "a bit of the sealed key changed", "wrong-secret", byPass, func(b []byte) []byte { b[Size-1] ^= 1; return b })
	add("slot-magic", "another file", "damaged", byCommand, set(0, 'B'))
	add("slot-newer", "a version that is not known", "version", byCommand, set(14, 2))
	add("slot-version-0", "a version that never was", "damaged", byCommand, set(14, 0))
	add("slot-kind-unknown", "a kind that is not known", "damaged", byCommand, set(15, 4))
	add("slot-kind-key-file", "what a command put out is no key file", "kind", byCommand, set(15, 2))
	add("slot-command-with-time", "a parameter of argon2id where there is none", "damaged", byCommand, set(16, 1))
	add("slot-memory-too-large", "argon2id with more memory than is allowed", "damaged", byPass, set(18, 1))
	add("slot-salt-flipped", "a bit of the salt changed", "wrong-secret", byCommand, func(b []byte) []byte { b[22] ^= 1; return b })
	add("slot-sealed-flipped", "a bit of the sealed key changed", "wrong-secret", byCommand, func(b []byte) []byte { b[Size-1] ^= 1; return b })
	add("slot-truncated", "the last byte is missing", "damaged", byCommand, func(b []byte) []byte { return b[:Size-1] })
	add("slot-longer", "a byte is left over", "damaged", byCommand, func(b []byte) []byte { return append(b, 0) })
	return list
}
