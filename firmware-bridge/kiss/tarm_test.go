//go:build tarm && (linux || darwin)

package kiss

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
)

// The second opener passes what the first one does.
func TestSuiteOverTarm(t *testing.T) {
	bridgetest.Run(t, func(t *testing.T) bridgetest.Pair {
		a, b := newCables(t)
		return bridgetest.Pair{
			A:   open(t, "kiss://"+a.link+"?opener=tarm&baud=115200&"+fast),
			B:   open(t, "kiss://"+b.link+"?opener=tarm&baud=115200&"+fast),
			Cut: a.unplug, Plug: a.plug,
		}
	})
}
