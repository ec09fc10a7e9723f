package keyslot

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestBoundedDecoding(t *testing.T) {
	byPass := &Slot{Kind: ByPassphrase, Time: argonTime, Threads: argonThreads, Memory: argonMemory}
	bound.Bound{Times: 4, Plus: 2048}.Decoding(t, func(b []byte) { _, _ = DecodeSlot(b) }, byPass.Encode(), (&Slot{Kind: ByKeyFile}).Encode())
}
