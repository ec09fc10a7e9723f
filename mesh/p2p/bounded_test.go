package p2p

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestBoundedDecoding(t *testing.T) {
	sound := [][]byte{sampleHello().Encode(), sampleEdition().Encode()}
	for name, decode := range map[string]func([]byte){
		"DecodeHello":   func(b []byte) { _, _ = DecodeHello(b) },
		"DecodeEdition": func(b []byte) { _, _ = DecodeEdition(b) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 16, Plus: 8192}.Decoding(t, decode, sound...) })
	}
}
