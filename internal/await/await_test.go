package await

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestHoldsOnLaterLook(t *testing.T) {
	looks := 0
	Until(t, time.Minute, "the third look", func() bool { looks++; return looks == 3 })
	if looks != 3 {
		t.Errorf("looked %d times, want 3", looks)
	}
}

func TestLooksAtLeastTwice(t *testing.T) {
	looks := 0
	if holds(time.Nanosecond, func() bool { looks++; return looks == 2 }) != true {
		t.Errorf("gave up after %d looks, want 2 looks at least", looks)
	}
}

// recorder is a testing.TB that keeps what Fatalf says.
type recorder struct {
	testing.TB
	fatal string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Fatalf(f string, a ...any) { r.fatal = fmt.Sprintf(f, a...) }

func TestFailureSaysWhat(t *testing.T) {
	r := &recorder{TB: t}
	Until(r, time.Millisecond, "the moon", func() bool { return false })
	if !strings.Contains(r.fatal, "the moon") || !strings.Contains(r.fatal, "1ms") {
		t.Errorf("failure says %q, want what was awaited and the limit", r.fatal)
	}
}
