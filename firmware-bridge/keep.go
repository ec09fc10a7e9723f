package bridge

import (
	"context"
	"errors"
	"time"
)

// Steady is how long a session has to last for the next opening to be tried
// soon again. A device that opens and fails at once is asked less and less.
const Steady = 5 * time.Second

var errEnded = errors.New("session ended")

// Session speaks with the device behind an open port until it fails or ctx
// ends. It may close the port to end its own reading, and need not.
type Session func(ctx context.Context, p Port) error

// Keep opens a device, runs a session, and does so again for as long as ctx
// lives. It calls failed after each opening or session that failed, never with
// nil, and not when ctx ended it. It returns when ctx has ended and the port is
// closed.
func Keep(ctx context.Context, open Opener, b *Backoff, session Session, failed func(error)) {
	for ctx.Err() == nil {
		err := once(ctx, open, b, session)
		if ctx.Err() != nil {
			return
		}
		failed(err)
		wait := time.NewTimer(b.Next())
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
		}
	}
}

func once(ctx context.Context, open Opener, b *Backoff, session Session) error {
	p, err := open(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	err = session(ctx, p)
	if err == nil {
		err = errEnded
	}
	if time.Since(start) >= Steady {
		b.Reset()
	}
	return errors.Join(err, p.Close())
}
