package bundle

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// ContentType says what the body of a content is. Readers keep and forward what
// they do not know.
type ContentType uint8

// The content types. 1 is kept for compressed text.
const (
	ContentText         ContentType = 0  // UTF-8
	ContentReceipts     ContentType = 2  // see AppendReceipts
	ContentHead         ContentType = 3  // see Head
	ContentSuspension   ContentType = 4  // see Suspension
	ContentTime         ContentType = 5  // clock.Beacon
	ContentOrder        ContentType = 6  // see Order
	ContentGroupSecret  ContentType = 7  // see GroupSecret
	ContentShift        ContentType = 8  // see Shift
	ContentReadback     ContentType = 9  // see Readback
	ContentCancellation ContentType = 10 // see Cancellation
	ContentSentOn       ContentType = 11 // see SentOn
	ContentRadioPlan    ContentType = 12 // see RadioPlan
)

// Content is what a bundle seals.
type Content struct {
	Type ContentType
	Body []byte // at most MaxBody bytes
}

// Compose makes a bundle: it rounds the header's Created down to 2 seconds and
// its Lifetime up to what can be written, seals under the epoch of k for its day,
// which it notes in the header, and signs if the header says so. k and private
// belong to the origin. The same arguments make the same bundle. Errors:
// ErrHeader, ErrOversized, ErrNoKey.
func Compose(k *seal.Keys, private *ident.Private, h Header, c Content) (*Bundle, error) {
	serial, _ := k.At(h.ID.Day)
	h.Epoch = seal.WireEpoch(serial)
	h, err := h.fit()
	if err != nil {
		return nil, err
	}
	if len(c.Body) > MaxBody {
		return nil, fmt.Errorf("%w: body of %d bytes, at most %d", ErrOversized, len(c.Body), MaxBody)
	}
	b := &Bundle{Header: h}
	header := h.append(make([]byte, 0, maxHeader))
	plaintext := append(append(make([]byte, 0, 1+len(c.Body)), byte(c.Type)), c.Body...)
	cipher, err := b.cipher(k, serial)
	if err != nil {
		return nil, err
	}
	if h.To.Direct() {
		b.Tag, b.Sealed = cipher.SealPair(h.ID.Append(nil, h.Epoch), header, plaintext)
	} else {
		b.Tag, b.Sealed = cipher.SealGroup(header, plaintext)
	}
	if h.Signed {
		b.Signature = private.Sign(b.SignedBytes())
	}
	return b, nil
}

// Opened is what Open found in a bundle.
type Opened struct {
	Content
	Serial uint32             // of the key block under which it was sealed
	Proof  [seal.TagSize]byte // T of a direct bundle, which the addressee tells to prove delivery
	Key    seal.MessageKey    // opens this bundle and no other
}

// Open authenticates and decrypts, under whichever of the epochs that the
// bundle can mean fits. It does not check the signature. Errors: ErrNoKey if
// the bundle is not for this node (or its key is not here yet, or no longer),
// ErrUnauthentic if it is forged or damaged.
func (b *Bundle) Open(k *seal.Keys) (Opened, error) {
	header := b.Header.append(make([]byte, 0, maxHeader))
	var missing error
	tried := false
	for _, serial := range k.Holding(b.Epoch) {
		cipher, err := b.cipher(k, serial)
		if err != nil {
			missing = err
			continue
		}
		tried = true
		o, ok := b.openWith(cipher, header)
		if !ok {
			o, ok = b.openFormer(k, serial, header)
		}
		if ok {
			o.Serial = serial
			return o, nil
		}
	}
	switch {
	case !tried && missing == nil:
		return Opened{}, fmt.Errorf("%w: bundle %v to %v in epoch %d", ErrNoKey, b.ID, b.To, b.Epoch)
	case !tried:
		return Opened{}, missing
	}
	return Opened{}, fmt.Errorf("%w: bundle %v to %v", ErrUnauthentic, b.ID, b.To)
}

func (b *Bundle) openWith(cipher seal.Cipher, header []byte) (o Opened, ok bool) {
	if b.To.Direct() {
		o.Key = cipher.PairKey(header, b.Tag)
	} else {
		o.Key = cipher.GroupKey(header, b.Tag)
	}
	o.Content, o.Proof, ok = b.OpenWith(o.Key)
	return o, ok
}

// openFormer tries the secrets that a group had before that of now.
func (b *Bundle) openFormer(k *seal.Keys, serial uint32, header []byte) (o Opened, ok bool) {
	if b.To.Direct() {
		return o, false
	}
	for _, cipher := range k.GroupFormer(b.To.Group, serial, b.ID.Origin, b.ID.Day) {
		if o, ok = b.openWith(cipher, header); ok {
			break
		}
	}
	return o, ok
}

// OpenWith opens the bundle with the key of its message, as one does who is to
// be shown what it says after the keys of its day are gone. ok is false if the
// key is another's.
func (b *Bundle) OpenWith(key seal.MessageKey) (c Content, proof [seal.TagSize]byte, ok bool) {
	var plaintext []byte
	if b.To.Direct() {
		plaintext, proof, ok = key.OpenPair(b.ID.Append(nil, b.Epoch), b.Tag, b.Sealed)
	} else {
		plaintext, ok = key.OpenGroup(b.Tag, b.Sealed)
	}
	if !ok || len(plaintext) == 0 {
		return Content{}, [seal.TagSize]byte{}, false
	}
	return Content{Type: ContentType(plaintext[0]), Body: plaintext[1:]}, proof, true
}

// cipher returns the cipher that the header asks for in an epoch.
func (b *Bundle) cipher(k *seal.Keys, serial uint32) (seal.Cipher, error) {
	if b.To.Direct() {
		c, err := k.Pair(b.ID.Origin, b.To.Node, serial, b.ID.Day)
		if err != nil {
			return c, fmt.Errorf("%w: bundle %v: %w", ErrNoKey, b.ID, err)
		}
		return c, nil
	}
	c, ok := k.Group(b.To.Group, serial, b.ID.Origin, b.ID.Day)
	if !ok {
		return c, fmt.Errorf("%w: bundle %v to %v under key block %d", ErrNoKey, b.ID, b.To, serial)
	}
	return c, nil
}
