// Package backup is the form of a node's backup: one sealed file with the node's
// small files and all entries of its store. docs/spec/atrest.md has the bytes.
//
// A backup has a key of its own, wrapped in a slot of its own under a passphrase
// or a key file: it has to open where the node's machine is gone, with what was
// sealed in its TPM, and it must not open because the node's passphrase is known.
//
// It holds entries and not the database's pages, so it does not depend on the
// database, and can be made of a store that is in use. It does not hold the vault.
package backup

import (
	"errors"
	"fmt"
	"io"

	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

type backupError string

func (e backupError) Error() string { return string(e) }

// The ways in which a backup is not read, for errors.Is, beside those of its key
// slot.
const (
	// ErrFormat: the file is something else.
	ErrFormat = backupError("this is not a backup")
	// ErrVersion: a newer program wrote the backup.
	ErrVersion = backupError("the backup has a newer format")
	// ErrDamaged: what is in the backup is not what was written, or its end is missing.
	ErrDamaged = backupError("the backup is damaged")
)

const (
	magic    = "blackstart backup"
	version  = 1
	headSize = len(magic) + 1 + keyslot.Size
	// SaltSize is the length of a salt: see Key.
	SaltSize = 32
)

// Key returns the key of one backup's body from the node's master key. The salt is
// 32 random bytes that whoever writes the body draws, so that no two bodies have
// one key, even if somebody else asks for them.
func Key(master [32]byte, salt [SaltSize]byte) [32]byte {
	return keyslot.Derive(master, fmt.Sprintf("blackstart backup v1 %x", salt))
}

// WriteHead writes what stands before the body: the body's key, wrapped.
func WriteHead(w io.Writer, slot *keyslot.Slot) error {
	_, err := w.Write(append(append([]byte(magic), version), slot.Encode()...))
	return err
}

// ReadHead reads what stands before the body. Errors: ErrFormat, ErrVersion, those
// of keyslot.DecodeSlot, and the reader's.
func ReadHead(r io.Reader) (*keyslot.Slot, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return DecodeHead(head[:n])
}

// DecodeHead is ReadHead of bytes.
func DecodeHead(head []byte) (*keyslot.Slot, error) {
	if len(head) < len(magic)+1 || string(head[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: it begins with %.17q", ErrFormat, head)
	}
	switch v := head[len(magic)]; {
	case v > version:
		return nil, fmt.Errorf("%w: %d, this program knows %d; install the newer program", ErrVersion, v, version)
	case v != version || len(head) != headSize:
		return nil, fmt.Errorf("%w: version %d with %d bytes before the body, want %d", ErrDamaged, v, len(head), headSize)
	}
	return keyslot.DecodeSlot(head[len(magic)+1:])
}

// Writer writes a body.
type Writer struct {
	out     *sealWriter
	records uint64
}

// NewWriter begins a body under a key that serves no other.
func NewWriter(w io.Writer, key [32]byte, h Head) (*Writer, error) {
	return newWriter(w, &key, &h)
}

// newWriter takes the key by its address, since writing may wait: a crash dump shows
// the first bytes of an array that a function on the stack was given. NewWriter is
// inlined, and so is not in it; the same holds for readers.
func newWriter(w io.Writer, key *[32]byte, h *Head) (*Writer, error) {
	b := &Writer{out: newSealWriter(w, key)}
	return b, b.Add(h)
}

// Add writes a record.
func (b *Writer) Add(r Record) error {
	if err := tooLong(r); err != nil {
		return err
	}
	b.records++
	return writeRecord(b.out, r)
}

// AddStore writes all entries of a view, in key order, as they were when it began.
func (b *Writer) AddStore(v store.View) (err error) {
	v.Scan(nil, nil, func(key, value []byte) bool {
		err = b.Add(&Entry{Key: key, Value: value})
		return err == nil
	})
	return err
}

// Close ends the body. A body that was not closed does not read to its end.
func (b *Writer) Close() error {
	if err := writeRecord(b.out, &end{b.records}); err != nil {
		return err
	}
	return b.out.Close()
}

// Reader reads a body.
type Reader struct {
	Head    Head
	in      io.Reader
	records uint64
	done    bool
}

// NewReader begins to read a body. A wrong key looks like damage. Errors wrap
// ErrDamaged, or are the reader's.
func NewReader(r io.Reader, key [32]byte) (*Reader, error) { return openReaderWith(r, &key) }

func openReaderWith(r io.Reader, key *[32]byte) (*Reader, error) {
	return newReader(newOpenReader(r, key))
}

func newReader(in io.Reader) (*Reader, error) {
	b := &Reader{in: in, records: 1}
	first, err := readRecord(b.in)
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: it is empty", ErrDamaged)
	}
	if err != nil {
		return nil, err
	}
	h, ok := first.(*Head)
	if !ok {
		return nil, fmt.Errorf("%w: it does not begin with its head", ErrDamaged)
	}
	b.Head = *h
	return b, nil
}

// Next returns the next *File or *Entry. It returns io.EOF once all that was
// written has been read, and only then is the backup known to be whole. Errors
// wrap ErrDamaged, or are the reader's.
func (b *Reader) Next() (Record, error) {
	if b.done {
		return nil, io.EOF
	}
	r, err := readRecord(b.in)
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: its end is missing", ErrDamaged)
	}
	if err != nil {
		return nil, err
	}
	switch r := r.(type) {
	case *Head:
		return nil, fmt.Errorf("%w: a second head", ErrDamaged)
	case *end:
		if _, more := readRecord(b.in); r.records != b.records || !errors.Is(more, io.EOF) {
			return nil, fmt.Errorf("%w: %d records of %d, or more behind the end", ErrDamaged, b.records, r.records)
		}
		b.done = true
		return nil, io.EOF
	}
	b.records++
	return r, nil
}
