package backup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Record is one part of a backup: *Head, *File or *Entry.
type Record interface {
	kind() byte
	payload() []byte
}

// Head says what the backup is of. It comes first.
type Head struct {
	Made clock.Wall
	Name string // of the node, for people; up to 255 bytes
}

// File is a small file of the node's folder.
type File struct {
	Name string // up to 255 bytes
	Data []byte
}

// Entry is a key of the store with its value.
type Entry struct {
	Key   []byte // up to 65,535 bytes
	Value []byte
}

// end closes a backup: what is not counted here is missing.
type end struct{ records uint64 }

// Kinds of records.
const (
	kindHead  = 1
	kindFile  = 2
	kindEntry = 3
	kindEnd   = 4
)

// MaxRecord is the largest record in bytes: a network file fits.
const MaxRecord = 32 << 20

func (*Head) kind() byte  { return kindHead }
func (*File) kind() byte  { return kindFile }
func (*Entry) kind() byte { return kindEntry }
func (*end) kind() byte   { return kindEnd }

func (h *Head) payload() []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(h.Made)), h.Name...)
}

func (f *File) payload() []byte {
	b := append([]byte{byte(len(f.Name))}, f.Name...)
	return append(b, f.Data...)
}

func (e *Entry) payload() []byte {
	b := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(e.Key)+len(e.Value)), uint16(len(e.Key)))
	return append(append(b, e.Key...), e.Value...)
}

func (e *end) payload() []byte { return binary.BigEndian.AppendUint64(nil, e.records) }

// tooLong refuses what a record has no room for: a mistake of the caller's.
func tooLong(r Record) error {
	switch r := r.(type) {
	case *Head:
		if len(r.Name) > 255 {
			return fmt.Errorf("backup: a name of %d bytes, at most 255", len(r.Name))
		}
	case *File:
		if len(r.Name) > 255 || len(r.Data) > MaxRecord-256 {
			return fmt.Errorf("backup: file %.40q has %d bytes, at most %d", r.Name, len(r.Data), MaxRecord-256)
		}
	case *Entry:
		if len(r.Key) > 1<<16-1 || len(r.Key)+len(r.Value) > MaxRecord-2 {
			return fmt.Errorf("backup: an entry of %d and %d bytes, at most %d", len(r.Key), len(r.Value), MaxRecord-2)
		}
	}
	return nil
}

// writeRecord writes: kind 1 | length of the payload 4 | payload.
func writeRecord(w io.Writer, r Record) error {
	p := r.payload()
	b := binary.BigEndian.AppendUint32([]byte{r.kind()}, uint32(len(p)))
	if _, err := w.Write(b); err != nil {
		return err
	}
	_, err := w.Write(p)
	return err
}

// readRecord reads the next record. io.EOF where nothing follows.
func readRecord(r io.Reader) (Record, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, short(err)
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > MaxRecord {
		return nil, fmt.Errorf("%w: a record of %d bytes, at most %d", ErrDamaged, n, MaxRecord)
	}
	// Grown as bytes come in: a length alone makes nobody allocate.
	p, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err == nil && len(p) < int(n) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, short(err)
	}
	return decodeRecord(head[0], p)
}

func short(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: a record is cut off", ErrDamaged)
	}
	return err
}

func decodeRecord(kind byte, p []byte) (Record, error) {
	switch {
	case kind == kindHead && len(p) >= 8 && len(p) <= 8+255:
		return &Head{Made: clock.Wall(binary.BigEndian.Uint64(p)), Name: string(p[8:])}, nil
	case kind == kindFile && len(p) >= 1 && len(p) > int(p[0]):
		return &File{Name: string(p[1 : 1+int(p[0])]), Data: p[1+int(p[0]):]}, nil
	case kind == kindEntry && len(p) >= 2 && len(p)-2 >= int(binary.BigEndian.Uint16(p)):
		k := 2 + int(binary.BigEndian.Uint16(p))
		return &Entry{Key: p[2:k:k], Value: p[k:]}, nil
	case kind == kindEnd && len(p) == 8:
		return &end{binary.BigEndian.Uint64(p)}, nil
	}
	return nil, fmt.Errorf("%w: a record of kind %d with %d bytes", ErrDamaged, kind, len(p))
}
