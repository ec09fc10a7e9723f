package seal

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

// TestBoundedOpening: what does not open costs next to nothing, however long it is.
func TestBoundedOpening(t *testing.T) {
	w := newWorld(t, 2)
	c := w.pair(1, 1, 2, 20000)
	_, sealed := c.SealPair([]byte("id"), []byte("h"), []byte("a text of some length"))
	var tag [TagSize]byte
	var k MessageKey
	for name, open := range map[string]func([]byte){
		"OpenGroup":            func(b []byte) { _, _ = c.OpenGroup([]byte("h"), tag, b) },
		"OpenPair":             func(b []byte) { _, _, _ = c.OpenPair([]byte("id"), []byte("h"), tag, b) },
		"MessageKey.OpenGroup": func(b []byte) { _, _ = k.OpenGroup(tag, b) },
		"MessageKey.OpenPair":  func(b []byte) { _, _, _ = k.OpenPair([]byte("id"), tag, b) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 3, Plus: 4096}.Decoding(t, open, sealed) })
	}
}
