package bundle

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Sizes in bytes.
const (
	MaxSize = 16 << 10                                               // longest bundle
	MinSize = 1 + IDSize + 2 + 1 + seal.TagSize + 1                  // an empty text to a group
	MaxBody = MaxSize - maxHeader - seal.TagSize - 1 - signatureSize // longest body of a content

	signatureSize = 64
)

// Bundle is one message as it travels. Compose and Decode make one; it is not
// changed afterwards.
type Bundle struct {
	Header
	Tag       [seal.TagSize]byte
	Sealed    []byte              // content type and body, encrypted
	Signature [signatureSize]byte // of the origin, if Header.Signed
}

// Encode returns the bundle's bytes.
func (b *Bundle) Encode() []byte {
	out := make([]byte, 0, b.Size())
	out = b.appendUnsigned(out)
	if b.Signed {
		out = append(out, b.Signature[:]...)
	}
	return out
}

// Size returns the length of Encode's result in bytes.
func (b *Bundle) Size() int {
	n := 1 + IDSize + 2 + 1 + seal.TagSize + len(b.Sealed)
	if b.To.Direct() {
		n += 2
	}
	if b.Lifetime != DefaultLifetime(b.Precedence) {
		n++
	}
	if b.Signed {
		n += signatureSize
	}
	return n
}

func (b *Bundle) appendUnsigned(dst []byte) []byte {
	dst = b.Header.append(dst)
	dst = append(dst, b.Tag[:]...)
	return append(dst, b.Sealed...)
}

// Decode reads one bundle, which must fill data exactly and be in its canonical
// form. today, the reader's UTC day, tells which day the 5 bits mean. Nothing
// is authenticated yet. The bundle does not refer to data. Errors are of the
// classes ErrTruncated, ErrOversized, ErrVersion and ErrNotCanonical.
func Decode(data []byte, today clock.Day) (*Bundle, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("%w: empty bundle", ErrTruncated)
	}
	flags := data[0]
	if v := flags >> versionShift; v != 0 {
		return nil, fmt.Errorf("%w: bundle version %d", ErrVersion, v)
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%w: bundle of %d bytes, at most %d", ErrOversized, len(data), MaxSize)
	}
	tagAt, end := headerSize(flags), len(data)
	if flags&flagSigned != 0 {
		end -= signatureSize
	}
	sealedAt := tagAt + seal.TagSize
	if end <= sealedAt {
		return nil, fmt.Errorf("%w: bundle of %d bytes", ErrTruncated, len(data))
	}
	h, err := decodeHeader(data[:tagAt], today)
	if err != nil {
		return nil, err
	}
	b := &Bundle{Header: h, Tag: [seal.TagSize]byte(data[tagAt:]), Sealed: make([]byte, end-sealedAt)}
	copy(b.Sealed, data[sealedAt:end])
	if h.Signed {
		b.Signature = [signatureSize]byte(data[end:])
	}
	return b, nil
}

// Hash returns the SHA-256 of the bundle's bytes. Relays tell bundles apart by
// (ID, Hash), so that nobody can displace a message by giving another its ID.
func (b *Bundle) Hash() [32]byte { return sha256.Sum256(b.Encode()) }

// SignedBytes returns what the origin signs: a label, the full day, and all
// bytes in front of the signature.
//
// Safe here: label and day have a fixed length, and the rest is canonical and
// says in its first byte how it is to be read. The day in full keeps a recorded
// bundle from being valid again whenever its 5 bits come round.
func (b *Bundle) SignedBytes() []byte {
	out := make([]byte, 0, len(seal.LabelBundle)+2+b.Size())
	out = append(out, seal.LabelBundle...)
	out = binary.BigEndian.AppendUint16(out, uint16(b.ID.Day))
	return b.appendUnsigned(out)
}

// Verify reports whether the bundle carries a signature, and cert is its
// origin's, and the signature is good. It takes no key: relays call it.
func (b *Bundle) Verify(v ident.Verifier, cert *ident.Certificate) bool {
	return b.Signed && cert != nil && cert.Number == b.ID.Origin &&
		v.Verify(cert.Sign, b.SignedBytes(), b.Signature[:])
}

// ReceiptMatches reports whether t proves that this direct bundle was delivered.
// It takes no key: relays call it. No t proves anything about a group's bundle.
func (b *Bundle) ReceiptMatches(t [seal.TagSize]byte) bool {
	return b.To.Direct() && seal.ReceiptMatches(b.ID.Append(nil, b.Epoch), t, b.Tag)
}
