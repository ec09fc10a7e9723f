package bridgetest

import (
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
)

// RunOverTCP runs the suite of links (Run) in real time against two emulated
// devices behind TCP.
func RunOverTCP(t *testing.T, e Emulated) {
	if testing.Short() {
		t.Skip("radios take their time")
	}
	_, query, _ := strings.Cut(e.URL, "?")
	Run(t, func(t *testing.T) Pair {
		t.Parallel()
		air, err := emulator.Start(e.Medium, 1, e.Device(), e.Device())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := air.Close(); err != nil {
				t.Error(err)
			}
		})
		open := func(device int) *bridge.Link {
			l, err := e.Family.Open(e.Family.Scheme+"+tcp://"+air.Address(device)+"?"+query, bridge.Options{
				Backoff: bridge.Backoff{First: 10 * time.Millisecond, Max: 50 * time.Millisecond}})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		return Pair{A: open(0), B: open(1), Limit: e.Start + e.Limit,
			Cut: func() { air.Unplug(0) },
			Plug: func() {
				if err := air.Plug(0); err != nil {
					t.Error(err)
				}
			}}
	})
}
