package backup

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

const vectorDir = "testdata/vectors"

// classes are those that the vectors expect.
var classes = vectors.Classes{"format": ErrFormat, "version": ErrVersion, "damaged": ErrDamaged, "wrong-secret": keyslot.ErrKeyFile}

// vectorKey returns what wraps the vectors' keys: a key file of these bytes.
func vectorKey(t *testing.T, content string) keyslot.Secret {
	t.Helper()
	raw, err := hex.DecodeString(content)
	path := filepath.Join(t.TempDir(), "key")
	if err = errors.Join(err, os.WriteFile(path, raw, 0o600)); err != nil {
		t.Fatal(err)
	}
	return keyslot.KeyFile(path)
}

func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: vectors.Says(func(t *testing.T, f vectors.File) (string, error) {
		return readAll(f.Data, vectorKey(t, f.Get(t, "key-file")))
	})}.Hold(t)
}

// readAll reads a backup from its first byte to its last, and says what is in it.
func readAll(data []byte, secret keyslot.Secret) (said string, err error) {
	in := bytes.NewReader(data)
	slot, err := ReadHead(in)
	if err != nil {
		return "", err
	}
	key, err := slot.Unwrap(secret)
	if err != nil {
		return "", err
	}
	r, err := NewReader(in, key)
	if err != nil {
		return "", err
	}
	parts := []string{fmt.Sprintf("head %d %s", r.Head.Made, r.Head.Name)}
	for {
		rec, err := r.Next()
		switch rec := rec.(type) {
		case *File:
			parts = append(parts, fmt.Sprintf("file %s %x", rec.Name, rec.Data))
		case *Entry:
			parts = append(parts, fmt.Sprintf("entry %x %x", rec.Key, rec.Value))
		default:
			if r.done {
				err = nil
			}
			return strings.Join(parts, ", "), err
		}
	}
}

func makeVectors(t *testing.T) (list []vectors.File) {
	key, file := [32]byte(bytes.Repeat([]byte{0x42}, 32)), strings.Repeat("6b", 32)
	secret := vectorKey(t, file)
	make1 := func(records uint64, more ...Record) []byte {
		var out bytes.Buffer
		slot, err := keyslot.Wrap(secret, key)
		if err == nil {
			err = WriteHead(&out, slot)
		}
		w, err2 := NewWriter(&out, key, Head{Made: 1_760_000_000_000, Name: "crew-1"})
		for _, r := range append([]Record{&File{Name: "identity", Data: []byte("seed")}, &Entry{Key: []byte("nsequence"), Value: []byte{1, 2}}}, more...) {
			err2 = errors.Join(err2, w.Add(r))
		}
		w.records += records
		if err := errors.Join(err, err2, w.Close()); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	add := func(name, comment, expect string, data []byte) {
		list = append(list, vectors.File{Name: name, Data: data, Fields: []vectors.Field{
			{Key: "comment", Value: comment}, {Key: "expect", Value: expect},
			{Key: "key-file", Value: file},
		}})
	}
	changed := func(at int, v byte) []byte { b := make1(0); b[at] ^= v; return b }
	good := make1(0)
	add("backup-ok", "a file and an entry", "ok", good)
	add("backup-magic", "another file", "format", changed(0, 1))
	add("backup-newer", "a version that is not known", "version", changed(len(magic), 3))
	add("backup-slot-flipped", "a bit of the wrapped key changed", "wrong-secret", changed(headSize-1, 1))
	add("backup-body-flipped", "a bit of the body changed", "damaged", changed(headSize+20, 1))
	add("backup-truncated", "the last byte is missing", "damaged", good[:len(good)-1])
	add("backup-no-body", "the body is missing", "damaged", good[:headSize])
	add("backup-longer", "a byte is left over", "damaged", append(bytes.Clone(good), 0))
	add("backup-count", "the end counts a record that is not there", "damaged", make1(1))
	add("backup-two-heads", "a second head", "damaged", make1(0, &Head{}))
	return list
}
