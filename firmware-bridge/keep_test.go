package bridge

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

type nullPort struct{ closed int }

func (p *nullPort) Read([]byte) (int, error)    { return 0, nil }
func (p *nullPort) Write(b []byte) (int, error) { return len(b), nil }
func (p *nullPort) Close() error                { p.closed++; return nil }
func (p *nullPort) Name() string                { return "null" }

func TestBackoff(t *testing.T) {
	b := Backoff{First: time.Second, Max: 10 * time.Second, Jitter: rand.New(rand.NewPCG(1, 2))}
	for round := range 2 {
		for i, full := range []time.Duration{1, 2, 4, 8, 10, 10} {
			full *= time.Second
			if i == 3 { // 8 s is over half of the limit
				full = 8 * time.Second
			}
			if got := b.Next(); got < full/2 || got > full {
				t.Errorf("round %d, wait %d is %v, want %v..%v", round, i, got, full/2, full)
			}
		}
		b.Reset()
	}
}

func TestBackoffDefaults(t *testing.T) {
	var b Backoff
	for range 20 {
		if got := b.Next(); got < FirstWait/2 || got > MaxWait {
			t.Fatalf("wait %v, want %v..%v", got, FirstWait/2, MaxWait)
		}
	}
}

func TestKeepAsksLessAndLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		gone := errors.New("gone")
		opened, failed := 0, 0
		Keep(ctx, func(context.Context) (Port, error) { opened++; return nil, gone }, &Backoff{}, nil, func(err error) {
			if failed++; !errors.Is(err, gone) {
				t.Errorf("failed with %v", err)
			}
		})
		if opened < 360 || opened > 740 { // an hour of waits of 5..10 s
			t.Errorf("opened %d times in an hour", opened)
		}
		if failed != opened {
			t.Errorf("%d failures reported of %d", failed, opened)
		}
	})
}

func TestKeepAsksSoonAfterASteadySession(t *testing.T) {
	for _, c := range []struct {
		lasts    time.Duration
		min, max int
	}{
		{time.Millisecond, 360, 740}, // a device that opens and fails at once
		{Steady, 650, 720},           // 5 s each, then a wait of 100..200 ms
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			sessions, port := 0, &nullPort{}
			Keep(ctx, func(context.Context) (Port, error) { return port, nil }, &Backoff{}, func(ctx context.Context, p Port) error {
				sessions++
				select {
				case <-time.After(c.lasts):
				case <-ctx.Done():
				}
				return nil
			}, func(err error) {
				if err == nil {
					t.Error("failed without a reason")
				}
			})
			if sessions < c.min || sessions > c.max {
				t.Errorf("%d sessions of %v in an hour, want %d..%d", sessions, c.lasts, c.min, c.max)
			}
			if port.closed != sessions {
				t.Errorf("closed %d times after %d sessions", port.closed, sessions)
			}
		})
	}
}

func TestKeepEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		port, ended := &nullPort{}, make(chan struct{})
		go func() {
			defer close(ended)
			Keep(ctx, func(context.Context) (Port, error) { return port, nil }, &Backoff{}, func(ctx context.Context, p Port) error {
				<-ctx.Done()
				return ctx.Err()
			}, func(err error) { t.Errorf("reported %v", err) })
		}()
		synctest.Wait()
		cancel()
		<-ended
		if port.closed != 1 {
			t.Errorf("port closed %d times, want once", port.closed)
		}
	})
}
