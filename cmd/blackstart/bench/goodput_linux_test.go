package bench

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/direwolf"
	"github.com/blackstart-mesh/blackstart/internal/peers"
)

// TestGoodputOverRealModems: every figure is there and none is absurd. Speed is
// not asserted.
func TestGoodputOverRealModems(t *testing.T) {
	if testing.Short() {
		t.Skip("sends sound in real time")
	}
	peers.Require(t, direwolf.DefaultProgram)
	t.Parallel()
	r, err := Goodput(t.Context(), GoodputOptions{Messages: 1, Bytes: 500, Baud: 9600, MTU: 400, Persist: 255, Slot: 10 * time.Millisecond, Frames: 3, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	got := values(t, r)
	positive(t, got, "goodput/2k_bytes_s", "goodput/modem_bytes_s", "goodput/share", "goodput/proven_bytes_s", "goodput/sender/on_air_s")
	if got["goodput/share"] > 1 {
		t.Errorf("more than the modem carries: %v", got)
	}
}
