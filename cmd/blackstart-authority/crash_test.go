package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

var errCrash = errors.New("power cut")

// crashing is a disk that stops after so many changes. Half of the last one may
// have happened, where it is not done whole or not at all.
type crashing struct {
	disk
	left int
}

func (c *crashing) step(change func() error) error {
	if c.left <= 0 {
		return errCrash
	}
	c.left--
	return change()
}

func (c *crashing) Write(name string, data []byte, perm fs.FileMode) error {
	return c.step(func() error { return c.disk.Write(name, data, perm) })
}

func (c *crashing) Rename(from, to string) error {
	return c.step(func() error { return c.disk.Rename(from, to) })
}

func (c *crashing) Overwrite(name string) error {
	if c.left == 1 { // torn: the first half is gone, the rest is old
		c.left = 0
		data, err := os.ReadFile(name)
		if err == nil {
			clear(data[:len(data)/2])
			err = os.WriteFile(name, data, 0o600)
		}
		return errors.Join(err, errCrash)
	}
	return c.step(func() error { return c.disk.Overwrite(name) })
}

func (c *crashing) Remove(name string) error {
	if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
		return nil // changes nothing, so nothing can stop in it
	}
	return c.step(func() error { return c.disk.Remove(name) })
}

// serial returns the serial that the folder is at, which opens it and settles it.
func (b *bench) serial() (serial uint64, head string) {
	b.t.Helper()
	b.want(console.OK, "show", b.path("north"), "--json")
	var s shown
	if err := json.Unmarshal(b.out.Bytes(), &s); err != nil {
		b.t.Fatal(err)
	}
	return s.Serial, s.Head
}

// Whatever change of the folder is the last one before a crash, the next start
// finds the state before or the state after, with the key file that belongs to
// it, and the operation can be done again or is done.
func TestCrashAfterEachWrite(t *testing.T) {
	for name, args := range map[string][]string{
		"enrol":       {"enrol", "north", "@crew-2"},
		"revoke":      {"revoke", "north", "1"},
		"rotate-root": {"rotate-root", "north", "@next.key", "--next-passphrase-file", "@pass"},
		"destroy":     {"destroy", "north"},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "revoke" {
				t.Skip("one operation goes through all writes")
			}
			b := newBench(t)
			b.enrol("crew-1")
			b.request("crew-2")
			b.do("commit-root", "north", "-o", "@next.key", "--next-passphrase-file", "@pass")
			before, head := b.serial()
			good := b.path("good")
			if err := os.CopyFS(good, os.DirFS(b.path("north"))); err != nil {
				t.Fatal(err)
			}
			done := false
			for writes := 0; !done; writes++ {
				if err := errors.Join(os.RemoveAll(b.path("north")), os.CopyFS(b.path("north"), os.DirFS(good))); err != nil {
					t.Fatal(err)
				}
				disk := &crashing{disk: realDisk{}, left: writes}
				b.disk = disk
				done = b.try(args...) == nil
				b.disk = realDisk{}
				after, newHead := b.serial()
				switch {
				case newHead == head:
					if done || after != before {
						t.Fatalf("%d writes: done %v, serial %d after %d with the old log", writes, done, after, before)
					}
					b.do(args...)
				case name != "destroy" && after != before+1:
					t.Fatalf("%d writes: serial %d after %d", writes, after, before)
				}
				b.usable(name)
			}
		})
	}
}

// usable demands that the folder is whole after an operation, and leaves none of
// the files that an operation writes beside it.
func (b *bench) usable(name string) {
	b.t.Helper()
	for _, pending := range []string{"north/network.next", "north/key.next"} {
		if _, err := os.Lstat(b.path(pending)); !errors.Is(err, fs.ErrNotExist) {
			b.t.Errorf("%s: %s is left, %v", name, pending, err)
		}
	}
	_, err := os.Lstat(b.path("north/key"))
	if gone := errors.Is(err, fs.ErrNotExist); gone != (name == "destroy") {
		b.t.Errorf("%s: the key file: %v", name, err)
	}
	if name != "destroy" {
		b.do("rotate", "north", "--dry-run")
		b.do("rotate", "north")
	}
}

// try runs a command with the flags that answer all questions. "north" and names
// with an @ before them are files in the bench's folder.
func (b *bench) try(args ...string) error {
	b.t.Helper()
	b.out.Reset()
	b.err.Reset()
	if code := run(b.full(args), b.world()); code != console.OK {
		return fmt.Errorf("%v: exit code %d\n%s", args, code, b.err.String())
	}
	return nil
}

func (b *bench) full(args []string) []string {
	var full []string
	for _, arg := range args {
		if name, found := strings.CutPrefix(arg, "@"); found || arg == "north" {
			arg = b.path(name)
		}
		full = append(full, arg)
	}
	if args[0] == "list" || args[0] == "show" || args[0] == "network" || slices.Contains(args[:2], "list") {
		return full
	}
	return append(full, "--yes", "--passphrase-file", b.path("pass"))
}

func (b *bench) do(args ...string) {
	b.t.Helper()
	if err := b.try(args...); err != nil {
		b.t.Fatal(err)
	}
}
