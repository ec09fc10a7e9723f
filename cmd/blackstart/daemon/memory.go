package daemon

import (
	"context"
	"runtime/debug"
	"time"
)

// giveBackEvery is how often a node returns memory that it does not need.
const giveBackEvery = 30 * time.Second

// giveBack returns memory to the system: what starting left behind, and then,
// now and again, what a burst of messages or a compaction of the store did. A
// quiet node allocates so little that Go would keep all of it for minutes, and
// a gateway has 64 MB to spare. It costs a collection of some 20 MB each time,
// 10 ms or less.
func giveBack(ctx context.Context) {
	tick := time.NewTicker(giveBackEvery)
	defer tick.Stop()
	for {
		debug.FreeOSMemory()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
