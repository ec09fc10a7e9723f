package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

type zeroizeCommand struct {
	Yes  bool `short:"y" help:"Do not ask."`
	JSON bool `name:"json" help:"Print the result as JSON."`
}

func (zeroizeCommand) Help() string {
	return `Makes this node unreadable at once and for good: its keys are overwritten and removed, the key slot first. It needs no passphrase, and works whether the node runs or not; a running node stops by itself within a second. What the node had accepted and nobody else holds is lost.

It does not reach backups and copies elsewhere, nor what a flash disk keeps of overwritten blocks; of the latter nobody has any use without the passphrase, key file or key command. Tell the authority to revoke the node.

Examples:
  blackstart zeroize
  blackstart --dir /var/lib/blackstart zeroize --yes --json`
}

// How long zeroize waits for a running node to end, and how often it looks.
const (
	zeroizeWait  = 5 * time.Second
	zeroizeLooks = 20 * time.Millisecond
)

// zeroized is what zeroize tells.
type zeroized struct {
	Dir    string       `json:"dir"`
	Erased []erasedFile `json:"erased"`
	Store  string       `json:"store"` // deleted, or left: it cannot be read either way
	Gone   bool         `json:"gone"`  // all keys were overwritten and removed
	Millis int64        `json:"ms"`    // how long that took
}

type erasedFile struct {
	File  string `json:"file"`
	What  string `json:"what"`
	Error string `json:"error,omitempty"`
}

func (c *zeroizeCommand) Run(w *world) error {
	if !c.Yes {
		fmt.Fprintf(w.err, "This makes the node in %s unreadable for everybody and for good.\n", console.Plain(w.dir))
		if err := console.Sure("erase its keys?", "give --yes", "nothing was erased"); err != nil {
			return err
		}
	}
	begin := time.Now()
	list, err := device.Zeroize(w.dir)
	if err != nil {
		return fault(err)
	}
	r := zeroized{Dir: w.dir, Millis: time.Since(begin).Milliseconds(), Store: "deleted"}
	failed := 0
	for _, e := range list {
		f := erasedFile{File: e.File, What: e.What}
		if e.Err != nil {
			f.Error = e.Err.Error()
			failed++
		}
		r.Erased = append(r.Erased, f)
	}
	r.Gone = failed == 0
	left := removeStore(w.dir)
	if left != nil {
		r.Store = "left: " + left.Error()
	}
	if err := c.print(w, r); err != nil {
		return err
	}
	switch {
	case failed > 0:
		return console.Faultf(console.Failure, "make the folder writable and run it again, as the user whom it belongs to; else destroy the disk",
			"%d of %d files could not be erased", failed, len(list))
	case errors.Is(left, disk.ErrLocked):
		return console.Wrap(console.Unfinished, "end that process: it has the keys in its memory", left)
	}
	return nil
}

// removeStore deletes the store, once a running node has noticed that its keys are
// gone and ended.
func removeStore(dir string) error {
	end := time.After(zeroizeWait)
	tick := time.NewTicker(zeroizeLooks)
	defer tick.Stop()
	for {
		err := device.RemoveStore(dir)
		if !errors.Is(err, disk.ErrLocked) {
			return err
		}
		select {
		case <-end:
			return err
		case <-tick.C:
		}
	}
}

func (c *zeroizeCommand) print(w *world, r zeroized) error {
	if c.JSON {
		return console.JSON(w.out, r)
	}
	for _, f := range r.Erased {
		if f.Error != "" {
			fmt.Fprintf(w.out, "NOT ERASED  %-9s  %s: %s\n", f.File, f.What, console.Plain(f.Error))
			continue
		}
		fmt.Fprintf(w.out, "erased      %-9s  %s\n", f.File, f.What)
	}
	fmt.Fprintf(w.out, "store       %s\n", console.Plain(r.Store))
	if !r.Gone {
		_, err := fmt.Fprint(w.out, "\nNOT ALL KEYS ARE GONE: see what was not erased. Tell the authority to revoke this node.\n")
		return err
	}
	_, err := fmt.Fprintf(w.out, "\nThe keys were gone after %d ms. Tell the authority to revoke this node.\n", r.Millis)
	return err
}
