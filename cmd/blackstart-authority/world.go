package main

import (
	"crypto/rand"
	"os"
	"time"
)

// newWorld is the real machine.
func newWorld() world {
	return world{out: os.Stdout, err: os.Stderr, now: time.Now, entropy: rand.Reader}
}
