//go:build !linux

package live

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// askKernel: other systems tell no program how good their clock is, so that
// node.yaml, a receiver, a station or a person has to.
func askKernel() clock.Kernel { return clock.Kernel{} }

func sleepClock() (time.Duration, bool) { return 0, false }
