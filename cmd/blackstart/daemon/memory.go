package daemon

import (
	"os"
	"runtime/debug"
)

// gcPercent is how much garbage may gather, in percent of what is in use,
// before it is collected. With Go's own 100 the largest of five nodes on a LAN
// at their highest load had 143 MB resident, with 50 it had 112 MB; collecting
// took 4 % of the processor time before. A limit (GOMEMLIMIT) would be no help
// to a node that holds more than fits: it would only collect without end.
const gcPercent = 50

// Frugal sets the process up for a small machine. Who sets GOGC knows better.
func Frugal() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
