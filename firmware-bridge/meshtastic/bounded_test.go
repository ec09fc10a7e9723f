package meshtastic

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestBoundedFromRadio(t *testing.T) {
	var sound [][]byte
	for _, wire := range []string{aPacket, anAck, aQueueStatus, complete1234} {
		sound = append(sound, bridgetest.Unhex(t, wire)[4:])
	}
	bound.Bound{Times: 64, Plus: 4 << 10}.Decoding(t, func(b []byte) { _, _ = ParseFromRadio(b) }, sound...)
}
