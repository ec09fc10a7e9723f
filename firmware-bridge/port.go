package bridge

import (
	"context"
	"io"
	"time"
)

// Port is an open way to a device. One goroutine reads, another writes, any
// may close, more than once.
//
// Close ends a waiting Read and a waiting Write, and returns when the device
// is free to be opened again. Read may return 0 bytes without an error, after
// a while of silence.
type Port interface {
	io.ReadWriteCloser
	Name() string // for people: what was opened
}

// Opener opens a device anew at each call. It gives up when ctx ends.
type Opener func(ctx context.Context) (Port, error)

// WriteLimit is how long a device may take no bytes before it counts as dead,
// besides the time that a serial line needs.
const WriteLimit = 10 * time.Second
