package seal

import (
	"crypto/hmac"
	"fmt"
	"io"
)

// MessageKey opens one message and no other. A record that must be provable
// after the keys of its day are erased keeps it beside the bundle: who is shown
// both can open the bundle, and the origin's signature over the bundle's bytes,
// direct or by a head, says who wrote it.
//
// Safe here: MAC and Text are outputs of PRFs at a point that belongs to this
// message alone, so they say nothing about other messages. The pair commits to
// the text as far as the tag does: to show another text for a signed bundle one
// needs another MAC key under which that text has the same 8-byte tag, 2^64
// trials for each text, and no work at all helps who wants to choose the bundle
// too, since the origin signed it.
type MessageKey struct{ MAC, Text [32]byte }

// OpenGroup opens the message of a group; ok is false if key, tag and sealed do
// not belong together.
func (k MessageKey) OpenGroup(tag [TagSize]byte, sealed []byte) (plaintext []byte, ok bool) {
	plaintext = crypt(k.Text, sealed)
	want := macOf(k.MAC, plaintext)
	if !hmac.Equal(want[:], tag[:]) {
		return nil, false
	}
	return plaintext, true
}

// OpenPair opens the message of a pair whose bundle has an id; t proves that it
// was delivered. ok is false if key, tag and sealed do not belong together.
func (k MessageKey) OpenPair(id []byte, tag [TagSize]byte, sealed []byte) (plaintext []byte, t [TagSize]byte, ok bool) {
	plaintext = crypt(k.Text, sealed)
	t = macOf(k.MAC, plaintext)
	if !ReceiptMatches(id, t, tag) {
		return nil, [TagSize]byte{}, false
	}
	return plaintext, t, true
}

// String returns "message key".
func (MessageKey) String() string { return "message key" }

// Format prints "message key" for every verb and flag.
func (MessageKey) Format(s fmt.State, _ rune) { io.WriteString(s, "message key") }

// MarshalText refuses with ErrSecret.
func (MessageKey) MarshalText() ([]byte, error) { return nil, ErrSecret }
