package keyblock

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

func TestBoundedDecoding(t *testing.T) {
	sound := [][]byte{newWorld(t).path(t, 4, 8).Append(nil)}
	for _, f := range vectors.Read(t, vectorDir) {
		sound = append(sound, f.Data)
	}
	for name, decode := range map[string]func([]byte){
		"Decode":     func(b []byte) { _, _ = Decode(b) },
		"DecodePath": func(b []byte) { _, _, _ = DecodePath(b) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 32, Plus: 8192}.Decoding(t, decode, sound...) })
	}
}
