package backup

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"
)

// The body is cut into chunks, each sealed on its own, so that a backup of any
// size is read and written with little memory and nothing of it is believed
// before it was checked. This is the STREAM construction (Hoang, Reyhanitabar,
// Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
// Misuse-Resistance, 2015), as the age format has it: ChaCha20-Poly1305 with the
// chunk's number and a flag of the last chunk as nonce. It is safe here because the
// key serves one body (Key), and within it no number occurs twice; a chunk that is
// left out, moved, repeated or cut off does not open in its place.

const (
	chunkSize  = 64 << 10 // of clear text
	sealedSize = chunkSize + chacha20poly1305.Overhead
)

// nonceOf returns the nonce of a chunk: number 11, 1 for the last one and else 0.
func nonceOf(number uint64, last bool) []byte {
	n := binary.BigEndian.AppendUint64(make([]byte, 3, chacha20poly1305.NonceSize), number)
	if last {
		return append(n, 1)
	}
	return append(n, 0)
}

func newAEAD(key *[32]byte) cipher.AEAD {
	aead, err := chacha20poly1305.New(key[:])
	if err != nil {
		panic("internal error: ChaCha20-Poly1305: " + err.Error())
	}
	return aead
}

// sealWriter seals what is written to it.
type sealWriter struct {
	to     io.Writer
	aead   cipher.AEAD
	number uint64
	buf    []byte // clear text of the chunk in progress
	out    []byte
}

func newSealWriter(w io.Writer, key *[32]byte) *sealWriter {
	return &sealWriter{to: w, aead: newAEAD(key), buf: make([]byte, 0, chunkSize), out: make([]byte, 0, sealedSize)}
}

func (w *sealWriter) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if len(w.buf) == chunkSize { // only now it is known not to be the last
			if err := w.flush(false); err != nil {
				return n, err
			}
		}
		k := copy(w.buf[len(w.buf):chunkSize], p)
		w.buf, p, n = w.buf[:len(w.buf)+k], p[k:], n+k
	}
	return n, nil
}

// Close writes the last chunk, which may be empty if it is the only one.
func (w *sealWriter) Close() error { return w.flush(true) }

func (w *sealWriter) flush(last bool) error {
	w.out = w.aead.Seal(w.out[:0], nonceOf(w.number, last), w.buf, nil)
	w.number++
	clear(w.buf)
	w.buf = w.buf[:0]
	_, err := w.to.Write(w.out)
	return err
}

// openReader returns the clear text of a sealed stream.
type openReader struct {
	from   io.Reader
	aead   cipher.AEAD
	number uint64
	sealed []byte // the chunk that was read and not yet opened
	next   []byte
	clear  []byte // what of the chunk in progress is not yet taken
	err    error
}

func newOpenReader(r io.Reader, key *[32]byte) *openReader {
	o := &openReader{from: r, aead: newAEAD(key), next: make([]byte, sealedSize)}
	o.sealed, o.err = o.fetch(make([]byte, sealedSize))
	return o
}

// fetch reads one sealed chunk; it has no bytes at the end.
func (o *openReader) fetch(into []byte) ([]byte, error) {
	n, err := io.ReadFull(o.from, into[:sealedSize])
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return into[:n], nil
	}
	return nil, err
}

func (o *openReader) Read(p []byte) (int, error) {
	for len(o.clear) == 0 && o.err == nil {
		o.err = o.advance()
	}
	if len(o.clear) == 0 {
		return 0, o.err
	}
	n := copy(p, o.clear)
	o.clear = o.clear[n:]
	return n, nil
}

// advance opens the next chunk. Which one is the last is known once nothing
// follows it.
func (o *openReader) advance() error {
	if len(o.sealed) == 0 {
		if o.number == 0 {
			return fmt.Errorf("%w: its body is missing", ErrDamaged)
		}
		return io.EOF
	}
	next, err := o.fetch(o.next)
	if err != nil {
		return err
	}
	plain, err := o.aead.Open(o.sealed[:0], nonceOf(o.number, len(next) == 0), o.sealed, nil)
	if err != nil {
		return fmt.Errorf("%w: chunk %d was changed, or the end is missing", ErrDamaged, o.number)
	}
	o.number++
	o.clear, o.next, o.sealed = plain, o.sealed[:0:cap(o.sealed)], next
	return nil
}
