package share

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

const vectorDir = "testdata/vectors"

// classes are those that the vectors expect.
var classes = vectors.Classes{"damaged": ErrDamaged, "version": ErrVersion, "passphrase": ErrPassphrase, "other-set": ErrOtherSet, "twice": ErrTwice, "too-few": ErrTooFew}

func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: vectors.Says(readVector)}.Hold(t)
}

// readVector puts a share together with the others that its head has.
func readVector(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	s, err := Decode(f.Data)
	if err != nil {
		return "", err
	}
	list := []*Share{s}
	for _, p := range f.All("passphrase") {
		if list[0], err = s.Unlock([]byte(p)); err != nil {
			return "", err
		}
	}
	for _, text := range f.All("other") {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		o, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	key, err := Combine(list)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("set %x share %d of %d needed %d code %s key %x", s.Set[:], s.Number, s.Count, s.Threshold, s.CheckCode(), key[:]), nil
}

// makeVectors draws shares by circl from the system, so each rewriting makes others.
func makeVectors(t *testing.T) []vectors.File {
	list, _ := split(t, 3, 5)
	two, _ := split(t, 2, 2)
	other, _ := split(t, 3, 6)
	locked, err := list[1].Lock([]byte("correct horse"), cheap, rand.NewChaCha8([32]byte{9}))
	if err != nil {
		t.Fatal(err)
	}
	var files []vectors.File
	add := func(name, comment, expect string, data []byte, passphrase string, others ...*Share) {
		f := vectors.File{Name: name, Data: data, Fields: []vectors.Field{{Key: "comment", Value: comment}, {Key: "expect", Value: expect}}}
		if passphrase != "" {
			f.Fields = append(f.Fields, vectors.Field{Key: "passphrase", Value: passphrase})
		}
		for _, o := range others {
			f.Fields = append(f.Fields, vectors.Field{Key: "other", Value: hex.EncodeToString(o.Encode())})
		}
		files = append(files, f)
	}
	one := list[0].Encode()
	changed := func(change func(s *Share)) []byte {
		s := *list[0]
		s.value = slices.Clone(s.value)
		change(&s)
		return s.Encode()
	}
	add("ok", "share 1 with 3 and 5", "ok", one, "", list[2], list[4])
	add("ok-order", "share 5 with 4 and 1", "ok", list[4].Encode(), "", list[3], list[0])
	add("ok-more", "four of which three are needed", "ok", one, "", list[1], list[2], list[3])
	add("ok-two", "2 of 2", "ok", two[1].Encode(), "", two[0])
	add("ok-locked", "share 2 under a passphrase", "ok", locked.Encode(), "correct horse", list[0], list[4])
	add("passphrase", "another passphrase", "passphrase", locked.Encode(), "correct mule", list[0], list[4])
	add("too-few", "two of which three are needed", "too-few", one, "", list[4])
	add("twice", "share 1 twice", "twice", one, "", list[1], list[0])
	add("other-set", "a share of another set", "other-set", one, "", list[1], other[2])
	add("truncated", "the last byte is missing", "damaged", one[:len(one)-1], "")
	add("oversized", "one byte more", "damaged", append(slices.Clone(one), 0), "")
	add("checksum", "one bit of the value", "damaged", func() []byte { b := slices.Clone(one); b[20] ^= 4; return b }(), "")
	add("number-0", "share 0", "damaged", changed(func(s *Share) { s.Number = 0 }), "")
	add("number-large", "share 6 of 5", "damaged", changed(func(s *Share) { s.Number = 6 }), "")
	add("needed-1", "1 of 5", "damaged", changed(func(s *Share) { s.Threshold = 1 }), "")
	add("count-17", "3 of 17", "damaged", changed(func(s *Share) { s.Count = 17 }), "")
	add("value-large", "a value of l", "damaged", changed(func(s *Share) {
		s.value, _ = hex.DecodeString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
	}), "")
	add("version-2", "version 2, and a checksum that fits", "version", func() []byte {
		b := slices.Clone(one[:len(one)-sumSize])
		b[0] = 2
		sum := sha256.Sum256(append([]byte(labelSum), b...))
		return append(b, sum[:sumSize]...)
	}(), "")
	add("memory", "demands 1 GiB and a KiB", "damaged", func() []byte {
		s := *locked
		l := *s.lock
		l[4], l[5], l[6], l[7] = 0, 0x10, 0, 1
		s.lock = &l
		return s.Encode()
	}(), "")
	return files
}

func TestBounds(t *testing.T) {
	list, _ := split(t, 3, 5)
	bound.Bound{Times: 8, Plus: 4096}.Decoding(t, func(b []byte) { _, _ = Decode(b) }, list[0].Encode())
	bound.Bound{Times: 16, Plus: 8192}.Decoding(t, func(b []byte) { _, _ = Parse(b) }, list[0].Text("North", "A. Meier"))
}
