package kiss

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/kissemu"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

func TestConformance(t *testing.T) {
	air := medium.VHF(9600)
	air.Queue = 16
	bridgetest.Conform(t, bridgetest.Emulated{
		Family: Family(),
		URL:    "kiss:///dev/ttyTNC?rate=9600&txdelay=30ms&slot=10ms&tail=0s&mtu=400",
		Device: func() emulator.Device { return &kissemu.TNC{} },
		Medium: air,
		Baud:   9600,
		Start:  time.Second,
		Limit:  10 * time.Second,
	})
}
