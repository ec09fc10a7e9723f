package share

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestBoundedDecoding(t *testing.T) {
	list, _ := split(t, 2, 3)
	sound := [][]byte{list[0].Encode(), list[0].Text("North", "")}
	for name, decode := range map[string]func([]byte){
		"Decode": func(b []byte) { _, _ = Decode(b) },
		"Parse":  func(b []byte) { _, _ = Parse(b) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 16, Plus: 16 << 10}.Decoding(t, decode, sound...) })
	}
}
