package bridge

import "time"

// emptyReadPause is how long a read of nothing lasts at least.
const emptyReadPause = 5 * time.Millisecond

// Rest comes after a read of nothing: a device that reports one at once, without an
// error, and again, must not keep us turning. It waits a moment if the read was asked
// for only just now, and reports whether to go on: it is false once done is closed
// meanwhile.
func Rest(asked time.Time, done <-chan struct{}) bool {
	if time.Since(asked) >= emptyReadPause {
		return true
	}
	wait := time.NewTimer(emptyReadPause)
	defer wait.Stop()
	select {
	case <-wait.C:
		return true
	case <-done:
		return false
	}
}
