package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
	"github.com/blackstart-mesh/blackstart/store/mem"
)

var testKey = [32]byte{1}

// written makes a body: a file, and a store of n entries.
func written(t testing.TB, n int) (body []byte, st *mem.Store) {
	t.Helper()
	st = mem.New()
	for i := range n {
		b := &store.Batch{}
		b.Put(fmt.Appendf(nil, "k%05d", i), bytes.Repeat([]byte{byte(i)}, i%700))
		if err := st.Commit(b); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, testKey, Head{Made: 99, Name: "crew-1"})
	if err == nil {
		err = w.Add(&File{Name: "identity", Data: []byte("seed")})
	}
	if err == nil {
		err = w.AddStore(st)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), st
}

// read reads a body to its end.
func read(body []byte, key [32]byte) (files int, entries []Entry, err error) {
	r, err := NewReader(bytes.NewReader(body), key)
	if err != nil {
		return 0, nil, err
	}
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, entries, nil
		}
		if err != nil {
			return files, entries, err
		}
		switch rec := rec.(type) {
		case *File:
			files++
		case *Entry:
			entries = append(entries, *rec)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, 500, 3000} {
		body, st := written(t, n)
		files, entries, err := read(body, testKey)
		if err != nil || files != 1 || len(entries) != n {
			t.Fatalf("%d entries: read %d files, %d entries, %v", n, files, len(entries), err)
		}
		for _, e := range entries {
			if v, ok := st.Get(e.Key); !ok || !bytes.Equal(v, e.Value) {
				t.Fatalf("%q holds %x, want %x", e.Key, e.Value, v)
			}
		}
		if bytes.Contains(body, []byte("k00000")) || bytes.Contains(body, []byte("seed")) {
			t.Error("the body is not sealed")
		}
	}
}

// What is changed, cut off, left out, exchanged or added anywhere is noticed, at
// the latest at the end.
func TestDamage(t *testing.T) {
	body, _ := written(t, 1000)
	if len(body) < 3*sealedSize {
		t.Fatalf("only %d bytes", len(body))
	}
	if _, _, err := read(body, [32]byte{2}); !errors.Is(err, ErrDamaged) {
		t.Errorf("wrong key: %v", err)
	}
	chunk := func(i int) []byte { return body[i*sealedSize : min((i+1)*sealedSize, len(body))] }
	bad := map[string][]byte{
		"empty":           {},
		"first chunk out": body[sealedSize:],
		"chunk repeated":  append(bytes.Clone(chunk(0)), body...),
		"chunks swapped":  bytes.Join([][]byte{chunk(1), chunk(0), body[2*sealedSize:]}, nil),
		"more behind":     append(bytes.Clone(body), 0),
		"at a chunk":      body[:2*sealedSize],
	}
	for at := 0; at < len(body); at += 1009 {
		bad[fmt.Sprintf("cut at %d", at)] = body[:at]
		flipped := bytes.Clone(body)
		flipped[at] ^= 1
		bad[fmt.Sprintf("changed at %d", at)] = flipped
	}
	for name, data := range bad {
		if _, _, err := read(data, testKey); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A body that was not closed, or lies about its count, is not whole.
func TestTheEndIsChecked(t *testing.T) {
	for name, finish := range map[string]func(w *Writer) error{
		"not closed": func(w *Writer) error { return w.out.Close() },
		"one more":   func(w *Writer) error { w.records++; return w.Close() },
		"two ends": func(w *Writer) error {
			return errors.Join(writeRecord(w.out, &end{w.records}), w.Close())
		},
		"two heads": func(w *Writer) error { return errors.Join(w.Add(&Head{}), w.Close()) },
	} {
		var out bytes.Buffer
		w, err := NewWriter(&out, testKey, Head{})
		if err = errors.Join(err, finish(w)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := read(out.Bytes(), testKey); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHead(t *testing.T) {
	slot, err := keyslot.Wrap(keyslot.CommandOutput("x", make([]byte, 32)), testKey)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := WriteHead(&out, slot); err != nil {
		t.Fatal(err)
	}
	head := out.Bytes()
	got, err := ReadHead(bytes.NewReader(append(bytes.Clone(head), "body"...)))
	if err != nil || *got != *slot {
		t.Fatalf("%+v, %v", got, err)
	}
	newer, older := bytes.Clone(head), bytes.Clone(head)
	newer[len(magic)], older[len(magic)] = 2, 0
	for _, c := range []struct {
		data []byte
		want error
	}{{nil, ErrFormat}, {[]byte("PK\x03\x04"), ErrFormat}, {newer, ErrVersion}, {older, ErrDamaged}, {head[:len(head)-1], ErrDamaged}} {
		if _, err := ReadHead(bytes.NewReader(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%.20q: %v, want %v", c.data, err, c.want)
		}
	}
}

func TestKeysDiffer(t *testing.T) {
	a := Key(testKey, [SaltSize]byte{1})
	if a == Key(testKey, [SaltSize]byte{2}) || a == Key([32]byte{2}, [SaltSize]byte{1}) {
		t.Error("two backups have one key")
	}
}

func FuzzDecodeHead(f *testing.F) {
	slot, err := keyslot.Wrap(keyslot.CommandOutput("x", make([]byte, 32)), testKey)
	var out bytes.Buffer
	if err = errors.Join(err, WriteHead(&out, slot)); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		slot, err := DecodeHead(data)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := WriteHead(&out, slot); err != nil || !bytes.Equal(out.Bytes(), data) {
			t.Errorf("%x decodes and encodes to %x, %v", data, out.Bytes(), err)
		}
	})
}

// FuzzRecords begins behind the seal, which no fuzzer gets past: what is read is
// written to the same bytes.
func FuzzRecords(f *testing.F) {
	var all bytes.Buffer
	for _, r := range []Record{&Head{Made: 1, Name: "n"}, &File{Name: "f", Data: []byte("d")}, &Entry{Key: []byte("k"), Value: []byte("v")}, &end{3}} {
		if err := writeRecord(&all, r); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(all.Bytes())
	f.Add([]byte{kindEntry, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := newReader(bytes.NewReader(data)); err == nil {
			for err == nil {
				_, err = r.Next()
			}
			if !errors.Is(err, io.EOF) && !errors.Is(err, ErrDamaged) {
				t.Errorf("error without a class: %v", err)
			}
		}
		in := bytes.NewReader(data)
		var out bytes.Buffer
		for {
			r, err := readRecord(in)
			if err != nil {
				return
			}
			if err := writeRecord(&out, r); err != nil || !bytes.Equal(out.Bytes(), data[:out.Len()]) {
				t.Fatalf("%x is read and written as %x, %v", data, out.Bytes(), err)
			}
		}
	})
}

func FuzzOpenBody(f *testing.F) {
	body, _ := written(f, 3)
	f.Add(body)
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, _, err := read(data, testKey); err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("error without a class: %v", err)
		}
	})
}
