package keyblock

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Decode reads a whole block, which must fill raw exactly. It does not check the
// signature, and allocates at most ten times MaxBlock, whatever raw is. Errors
// are of the classes ErrTruncated, ErrOversized, ErrVersion and ErrNotCanonical.
func Decode(raw []byte) (*Block, error) {
	if len(raw) > MaxBlock {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrOversized, len(raw), MaxBlock)
	}
	if len(raw) < 4 {
		return nil, fmt.Errorf("%w: %d bytes", ErrTruncated, len(raw))
	}
	serial, rest := binary.BigEndian.Uint32(raw), raw[4:]
	h, err := decodeHead(serial, rest[:min(len(rest), MaxPart)])
	if err != nil {
		return nil, err
	}
	parts := [][]byte{rest[:min(len(rest), MaxPart)]}
	rest = rest[len(parts[0]):]
	nLists, _ := lists(h.further)
	for i := 1; i <= h.further; i++ {
		size := MaxPart
		if i <= nLists {
			size = listLength(h.further, nLists, i) * digestSize
		}
		if len(rest) == 0 || len(rest) < size && i < h.further {
			return nil, fmt.Errorf("%w: part %d of %d has %d bytes", ErrTruncated, i, h.further, len(rest))
		}
		size = min(size, len(rest))
		parts, rest = append(parts, rest[:size]), rest[size:]
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%w: %d bytes too many", ErrOversized, len(rest))
	}
	return h.block(parts)
}

// head is part 0, taken apart.
type head struct {
	raw     []byte // the whole part
	fields  Block  // without revoked numbers and wraps
	revoked int
	further int
	field   []byte // of the revoked numbers: they, or their hash
	digests []byte
	body    []byte // its beginning
}

func decodeHead(serial uint32, raw []byte) (*head, error) {
	if len(raw) == 0 {
		return nil, fmt.Errorf("%w: no part 0", ErrTruncated)
	}
	if raw[0] != version {
		return nil, fmt.Errorf("%w: %d", ErrVersion, raw[0])
	}
	if len(raw) > MaxPart {
		return nil, fmt.Errorf("%w: part 0 of %d bytes", ErrOversized, len(raw))
	}
	if len(raw) < MinHead {
		return nil, fmt.Errorf("%w: part 0 of %d bytes", ErrTruncated, len(raw))
	}
	h := &head{raw: raw, fields: Block{
		Serial:     serial,
		First:      clock.Day(binary.BigEndian.Uint16(raw[1:])),
		Generation: binary.BigEndian.Uint16(raw[3:]),
		Height:     raw[5],
		Top:        ident.Number(binary.BigEndian.Uint16(raw[6:])),
		Salt:       [SaltSize]byte(raw[11:]),
		Check:      [CheckSize]byte(raw[11+SaltSize:]),
		Signature:  [signatureSize]byte(raw[len(raw)-signatureSize:]),
	}}
	h.revoked = int(binary.BigEndian.Uint16(raw[8:]))
	h.further = int(raw[10])
	if err := h.fields.checkHead(); err != nil {
		return nil, err
	}
	rest := raw[headFixed : len(raw)-signatureSize]
	_, direct := lists(h.further)
	at := listField(h.revoked)
	if len(rest) < at+direct*digestSize || h.further > 0 && len(raw) < MaxPart {
		return nil, fmt.Errorf("%w: part 0 of %d bytes, with %d parts behind it", ErrTruncated, len(raw), h.further)
	}
	h.field, rest = rest[:at], rest[at:]
	h.digests, h.body = rest[:direct*digestSize], rest[direct*digestSize:]
	if h.revoked <= maxInline {
		h.fields.Revoked = decodeNumbers(h.field)
		if err := h.fields.checkHead(); err != nil {
			return nil, err
		}
	}
	return h, nil
}

func decodeNumbers(b []byte) []ident.Number {
	numbers := make([]ident.Number, len(b)/2)
	for i := range numbers {
		numbers[i] = ident.Number(binary.BigEndian.Uint16(b[2*i:]))
	}
	return numbers
}

// block puts the parts together and holds them to the one valid encoding.
func (h *head) block(parts [][]byte) (*Block, error) {
	b := h.fields
	nLists, _ := lists(h.further)
	body := bytes.Join(append([][]byte{h.body}, parts[1+nLists:]...), nil)
	if h.revoked > maxInline {
		if len(body) < 2*h.revoked {
			return nil, fmt.Errorf("%w: %d bytes for %d revoked numbers", ErrTruncated, len(body), h.revoked)
		}
		b.Revoked, body = decodeNumbers(body[:2*h.revoked]), body[2*h.revoked:]
		if err := b.checkHead(); err != nil {
			return nil, err
		}
	}
	want := coverSize(b.Height, b.Top, b.Revoked) * WrapSize
	switch {
	case len(body) < want:
		return nil, fmt.Errorf("%w: %d bytes of wraps, the cover takes %d", ErrTruncated, len(body), want)
	case len(body) > want:
		return nil, fmt.Errorf("%w: %d bytes of wraps, the cover takes %d", ErrOversized, len(body), want)
	}
	b.Wraps = make([][WrapSize]byte, 0, want/WrapSize)
	for wrap := range slices.Chunk(body, WrapSize) {
		b.Wraps = append(b.Wraps, [WrapSize]byte(wrap))
	}
	again, err := b.layout()
	if err != nil {
		return nil, err
	}
	if !slices.EqualFunc(again, parts, bytes.Equal) {
		return nil, fmt.Errorf("%w: serial %d", ErrNotCanonical, b.Serial)
	}
	return &b, nil
}
