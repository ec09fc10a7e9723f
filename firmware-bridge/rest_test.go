package bridge

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open, closed := make(chan struct{}), make(chan struct{})
		close(closed)
		for _, c := range []struct {
			lasted time.Duration
			done   chan struct{}
			on     bool
			rests  time.Duration
		}{
			{0, open, true, emptyReadPause},
			{emptyReadPause - 1, open, true, emptyReadPause},
			{emptyReadPause, open, true, 0},
			{time.Second, open, true, 0},
			{0, closed, false, 0},
		} {
			begun := time.Now()
			if on := Rest(begun.Add(-c.lasted), c.done); on != c.on || time.Since(begun) != c.rests {
				t.Errorf("after a read of %v: %v after %v, want %v after %v", c.lasted, on, time.Since(begun), c.on, c.rests)
			}
		}
	})
}
