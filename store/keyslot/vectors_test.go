package keyslot

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

var rewrite = flag.Bool("rewrite", false, "write the test vectors anew")

const vectorDir = "testdata/vectors"

// classes are the words of the vectors' expect lines.
var classes = map[string]error{
	"ok": nil, "damaged": ErrCorrupt, "version": ErrVersion, "wrong-secret": nil, "kind": ErrKind,
}

func TestVectors(t *testing.T) {
	if *rewrite {
		vectors.Rewrite(t, vectorDir, makeVectors(t))
	}
	for _, f := range vectors.Read(t, vectorDir) {
		t.Run(f.Name, func(t *testing.T) {
			secret, wrong := vectorSecret(t, f)
			want := f.Get(t, "expect")
			class, known := classes[want]
			if want == "wrong-secret" {
				class = wrong
			}
			var key [32]byte
			s, err := DecodeSlot(f.Data)
			if err == nil {
				key, err = s.Unwrap(secret)
			}
			if !known || !errors.Is(err, class) {
				t.Fatalf("%v, want %s", err, want)
			}
			if says := "key " + hex.EncodeToString(key[:]); err == nil && says != f.Get(t, "says") {
				t.Errorf("says %s", says)
			}
		})
	}
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
		if expect == "ok" {
			f.Fields = append(f.Fields, vectors.Field{Key: "says", Value: "key " + hex.EncodeToString(key[:])})
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
