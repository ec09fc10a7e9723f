package main

import (
	"context"
	"crypto/rand"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

// world is what the commands use of the machine.
type world struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	entropy  io.Reader
	dir      string // the node's folder
	named    string // the same, if it has to be named each time
}

func newWorld() *world {
	return &world{in: os.Stdin, out: os.Stdout, err: os.Stderr, now: time.Now, entropy: rand.Reader}
}

// interrupted returns a context that ends with SIGINT or SIGTERM. Another
// signal, a second later or more, ends the process at once; a shorter time is
// one Ctrl-C that reached the process twice, by itself and by its group.
func interrupted() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() { time.AfterFunc(time.Second, stop) })
	return ctx, stop
}

// read is readWhole that takes "-" for standard input.
func (w *world) read(name string, limit int64) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(w.in, limit+1))
	}
	return readWhole(name, limit)
}

// readWhole reads a file, of one that is too long a byte more than limit: that is
// enough for its parser to refuse it.
func readWhole(name string, limit int64) ([]byte, error) {
	return console.ReadUpTo(name, limit+1)
}

// defaultDir is where a node is if nobody says otherwise.
func defaultDir() string {
	base, err := os.UserConfigDir()
	if err != nil {
		return "blackstart"
	}
	return filepath.Join(base, "blackstart")
}
