package main

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/store/erase"
)

// world is what the commands use of the machine.
type world struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	entropy  io.Reader
	disk     disk
	cost     cost // of a guess at a new passphrase
	locks    *locks

	answer func(prompt string) (string, error) // instead of a person at the terminal; nil: the terminal
}

// line asks for a line at the terminal.
func (w world) line(prompt, hint string) (string, error) {
	if w.answer != nil {
		return w.answer(prompt)
	}
	return console.Line(prompt, hint)
}

// newWorld is the real machine.
func newWorld() world {
	return world{in: os.Stdin, out: os.Stdout, err: os.Stderr, now: time.Now, entropy: rand.Reader, disk: realDisk{}, cost: cost{passes: keyPasses, memory: keyMemory}}
}

// disk is each way in which an authority's folder is changed. A test stops
// after every one of them.
type disk interface {
	Write(name string, data []byte, perm fs.FileMode) error // whole or not at all, durable
	Rename(from, to string) error
	Overwrite(name string) error // with random bytes, durable; nothing if it is not there
	Remove(name string) error    // nothing if it is not there
}

type realDisk struct{}

func (realDisk) Write(name string, data []byte, perm fs.FileMode) error {
	return durable.WriteFile(name, data, perm)
}

func (realDisk) Rename(from, to string) error { return os.Rename(from, to) }

func (realDisk) Remove(name string) error {
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Overwrite writes over the blocks that hold a file now (package erase says what a
// disk may keep; the passphrase still guards that).
func (realDisk) Overwrite(name string) error {
	if err := erase.Content(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
