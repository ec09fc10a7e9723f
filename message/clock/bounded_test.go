package clock

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

func TestBoundedDecoding(t *testing.T) {
	var sound [][]byte
	for _, f := range vectors.Read(t, vectorDir) {
		sound = append(sound, f.Data)
	}
	bound.Bound{Times: 4, Plus: 1024}.Decoding(t, func(b []byte) { _, _ = DecodeBeacon(b) }, sound...)
}
