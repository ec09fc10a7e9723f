package bundle

import (
	"fmt"
	"unicode/utf8"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// MaxReadback is the longest text of a Readback in bytes.
const MaxReadback = 250

// Readback is the body of a ContentReadback: who was ordered something says back
// what he will do, or, with Confirms, who ordered it says that he was understood.
// It travels between the two, signed.
//
//	1    version, 1
//	1    1: reads back, 2: confirms
//	16   the order, see OrderRef
//	1+n  length and text, up to MaxReadback bytes of UTF-8
type Readback struct {
	OrderRef
	Confirms bool
	Text     string // may be empty: understood, word for word
}

const (
	readbackVersion = 1

	actReadsBack = 1
	actConfirms  = 2
)

// Check reports what cannot be, or nil: ErrNotCanonical.
func (r Readback) Check() error {
	if len(r.Text) > MaxReadback || !utf8.ValidString(r.Text) {
		return fmt.Errorf("%w: read-back of %d bytes, at most %d of UTF-8", ErrNotCanonical, len(r.Text), MaxReadback)
	}
	return r.check()
}

// Type returns ContentReadback.
func (Readback) Type() ContentType { return ContentReadback }

// Right returns 0, or ident.MayOrder of what confirms.
func (r Readback) Right() ident.Rights {
	if r.Confirms {
		return ident.MayOrder
	}
	return 0
}

// String says what is done, as in "reads back order 4/20781/2: feeder 7 stays open".
func (r Readback) String() string {
	text := "reads back order " + r.ID.String()
	if r.Confirms {
		text = "confirms the read-back of order " + r.ID.String()
	}
	if r.Text != "" {
		text += ": " + r.Text
	}
	return text
}

// Append appends the body. It panics where Check fails.
func (r Readback) Append(dst []byte) []byte {
	if err := r.Check(); err != nil {
		panic("bundle: encoding an impossible read-back: " + err.Error())
	}
	act := byte(actReadsBack)
	if r.Confirms {
		act = actConfirms
	}
	dst = r.append(append(dst, readbackVersion, act))
	return append(append(dst, byte(len(r.Text))), r.Text...)
}

// DecodeReadback reads what Append wrote. Errors: ErrTruncated, ErrOversized,
// ErrVersion, ErrNotCanonical.
func DecodeReadback(body []byte) (Readback, error) {
	head, ref, text, err := cutOrderRef("read-back", readbackVersion, 1, body)
	if err != nil {
		return Readback{}, err
	}
	if head[0] != actReadsBack && head[0] != actConfirms {
		return Readback{}, fmt.Errorf("%w: act %d of a read-back", ErrNotCanonical, head[0])
	}
	r := Readback{OrderRef: ref, Confirms: head[0] == actConfirms, Text: text}
	return r, r.Check()
}
