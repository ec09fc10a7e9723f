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
	ContentText     ContentType = 0 // UTF-8
	ContentReceipts ContentType = 2 // see AppendReceipts
)

// Content is what a bundle seals.
type Content struct {
	Type ContentType
	Body []byte // at most MaxBody bytes
}

// Compose makes a bundle: it rounds the header's Created down to 2 seconds and
// its Lifetime up to what can be written, seals, and signs if the header says
// so. k and private belong to the origin. The same arguments make the same
// bundle. Errors: ErrHeader, ErrOversized, ErrNoKey.
func Compose(k *seal.Keys, private *ident.Private, h Header, c Content) (*Bundle, error) {
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
	cipher, err := b.cipher(k)
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

// Open authenticates and decrypts. proof is zero for a group's bundle; for a
// direct one it is T, which the addressee tells to prove delivery. It does not
// check the signature. Errors: ErrNoKey if the bundle is not for this node (or
// its key is not here yet), ErrUnauthentic if it is forged or damaged.
func (b *Bundle) Open(k *seal.Keys) (c Content, proof [seal.TagSize]byte, err error) {
	cipher, err := b.cipher(k)
	if err != nil {
		return Content{}, proof, err
	}
	var (
		header    = b.Header.append(make([]byte, 0, maxHeader))
		plaintext []byte
		ok        bool
	)
	if b.To.Direct() {
		plaintext, proof, ok = cipher.OpenPair(b.ID.Append(nil, b.Epoch), header, b.Tag, b.Sealed)
	} else {
		plaintext, ok = cipher.OpenGroup(header, b.Tag, b.Sealed)
	}
	if !ok || len(plaintext) == 0 {
		return Content{}, [seal.TagSize]byte{}, fmt.Errorf("%w: bundle %v to %v", ErrUnauthentic, b.ID, b.To)
	}
	return Content{Type: ContentType(plaintext[0]), Body: plaintext[1:]}, proof, nil
}

// cipher returns the cipher that the header asks for.
func (b *Bundle) cipher(k *seal.Keys) (seal.Cipher, error) {
	if b.To.Direct() {
		c, err := k.Pair(b.ID.Origin, b.To.Node, b.Epoch, b.ID.Day)
		if err != nil {
			return c, fmt.Errorf("%w: bundle %v: %w", ErrNoKey, b.ID, err)
		}
		return c, nil
	}
	c, ok := k.Group(b.To.Group, b.Epoch, b.ID.Origin, b.ID.Day)
	if !ok {
		return c, fmt.Errorf("%w: bundle %v to %v in epoch %d", ErrNoKey, b.ID, b.To, b.Epoch)
	}
	return c, nil
}
