package mesh

import (
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

// TestBoundedDecoding: an evidence file costs what JSON costs.
func TestBoundedDecoding(t *testing.T) {
	_, flash, text := exhibits(t)
	sound := [][]byte{EncodeExhibit(&flash), EncodeExhibit(&text)}
	sound = append(sound, bound.Texts(strings.Repeat("[", 1<<16), strings.Repeat(`{"head":`, 1<<13), `{"head":{"hashes":[`+strings.Repeat(`"",`, 1<<14)+`""]}}`)...)
	bound.Bound{Times: 64, Plus: 16 << 10}.Decoding(t, func(b []byte) { _, _ = DecodeExhibit(b) }, sound...)
}
