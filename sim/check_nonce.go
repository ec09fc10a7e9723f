package sim

import (
	"crypto/sha256"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// nonces remembers under which key which nonce was used for what. A frame's nonce
// is its tag, and so is a bundle's: should one come again under its key with
// other bytes, a key stream was used twice.
type nonces struct {
	frames  map[frameNonce][8]byte
	bundles map[bundleNonce][8]byte
	parts   map[ident.Number]*frame.Reassembler // of long bundles, by transmitter
}

type frameNonce struct {
	key linkID
	tag [frame.TagSize]byte
}

type bundleNonce struct {
	origin ident.Number
	day    clock.Day
	epoch  uint8
	to     bundle.Destination
	tag    [seal.TagSize]byte
}

func newNonces() nonces {
	return nonces{
		frames:  make(map[frameNonce][8]byte),
		bundles: make(map[bundleNonce][8]byte),
		parts:   make(map[ident.Number]*frame.Reassembler),
	}
}

// frame checks a frame that the ear has just opened.
func (s *nonces) frame(w *World, h *host, from ident.Number, data []byte) {
	n := frameNonce{w.ear.under, [frame.TagSize]byte(data)}
	sum := sha256.Sum256(data)
	if known, ok := s.frames[n]; ok && known != [8]byte(sum[:]) {
		w.violate("node %d (number %d) uses the nonce %x of a frame twice under key %+v", h.index+1, from, n.tag, n.key)
	}
	s.frames[n] = [8]byte(sum[:])
}

// bundle checks a bundle. Its signature is no part of what is encrypted.
func (s *nonces) bundle(w *World, h *host, b *bundle.Bundle) {
	n := bundleNonce{b.ID.Origin, b.ID.Day, b.Epoch, b.To, b.Tag}
	bare := *b
	clear(bare.Signature[:])
	sum := bare.Hash()
	if known, ok := s.bundles[n]; ok && known != [8]byte(sum[:]) {
		w.violate("the nonce of bundle %s, which node %d sends, was used for another", b.ID, h.index+1)
	}
	s.bundles[n] = [8]byte(sum[:])
}

// fragmentOnAir puts a long bundle together and checks that.
func (w *World) fragmentOnAir(h *host, body []byte) {
	f, err := frame.DecodeFragment(body)
	if err != nil {
		w.violate("node %d sends a fragment that nobody can read: %v", h.number, err)
		return
	}
	parts := w.nonces.parts[h.number]
	if parts == nil {
		parts = frame.NewReassembler(0)
		w.nonces.parts[h.number] = parts
	}
	if whole, done, err := parts.Add(w.now, h.number, f); err == nil && done {
		w.bundleOnAir(h, whole)
	}
}
