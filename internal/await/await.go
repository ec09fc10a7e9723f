// Package await waits for what real processes, sockets and disks do in their
// own time. It is the only place in the tests that sleeps; everything that
// runs on the project's own clock is awaited with a seeded clock instead.
package await

import (
	"testing"
	"time"
)

// pause is the time between two looks: short against what a process needs to
// start, long enough not to starve it on a small machine.
const pause = 10 * time.Millisecond

// Until looks at cond again and again until it is true, and fails the test
// with what was awaited when it is not within limit. It looks at least twice:
// at once, and after the limit has passed, so that a stalled machine does not
// fail a test whose condition holds by then. Call it from the test's own
// goroutine.
func Until(t testing.TB, limit time.Duration, what string, cond func() bool) {
	t.Helper()
	if !holds(limit, cond) {
		t.Fatalf("after %v still waiting for %s", limit, what)
	}
}

func holds(limit time.Duration, cond func() bool) bool {
	end := time.Now().Add(limit)
	for !cond() {
		if !time.Now().Before(end) {
			return cond()
		}
		time.Sleep(pause)
	}
	return true
}
