package bundle

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// SentOn is the body of a ContentSentOn: a text that its origin first sent to
// another node, which does not have the duty any more or is gone.
//
//	2  day of the first message
//	2  its sequence number
//	2  the node that it was for
//	4  when it was written: seconds since 1970-01-01 UTC
//	n  text, UTF-8
type SentOn struct {
	Day     clock.Day
	Seq     uint16
	To      ident.Number
	Created clock.Wall // whole seconds
	Text    string
}

const sentOnFixed = 10

// Check reports what cannot be, or nil: ErrNotCanonical.
func (s SentOn) Check() error {
	switch {
	case !validNode(s.To):
		return fmt.Errorf("%w: text for node %v, sent on", ErrNotCanonical, s.To)
	case s.Created < 0 || s.Created%1000 != 0 || s.Created/1000 > 1<<32-1:
		return fmt.Errorf("%w: text written at %d ms, sent on", ErrNotCanonical, int64(s.Created))
	case s.Text == "" || !utf8.ValidString(s.Text) || len(s.Text) > MaxBody-sentOnFixed:
		return fmt.Errorf("%w: text of %d bytes, sent on", ErrNotCanonical, len(s.Text))
	}
	return nil
}

// Append appends the body. It panics where Check fails.
func (s SentOn) Append(dst []byte) []byte {
	if err := s.Check(); err != nil {
		panic("bundle: encoding an impossible text: " + err.Error())
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(s.Day))
	dst = binary.BigEndian.AppendUint16(dst, s.Seq)
	dst = binary.BigEndian.AppendUint16(dst, uint16(s.To))
	dst = binary.BigEndian.AppendUint32(dst, uint32(s.Created/1000))
	return append(dst, s.Text...)
}

// DecodeSentOn reads what Append wrote. Errors: ErrTruncated, ErrNotCanonical.
func DecodeSentOn(body []byte) (SentOn, error) {
	if len(body) <= sentOnFixed {
		return SentOn{}, fmt.Errorf("%w: text of %d bytes, sent on", ErrTruncated, len(body))
	}
	s := SentOn{
		Day:     clock.Day(binary.BigEndian.Uint16(body)),
		Seq:     binary.BigEndian.Uint16(body[2:]),
		To:      ident.Number(binary.BigEndian.Uint16(body[4:])),
		Created: clock.Wall(binary.BigEndian.Uint32(body[6:])) * 1000,
		Text:    string(body[sentOnFixed:]),
	}
	return s, s.Check()
}
