package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

const startHint = "start it with: blackstart node"

// reach makes a client for the running node of a folder.
func (w *world) reach() (*client.Client, error) {
	address, err := device.ReadAddress(w.dir)
	if err != nil && !device.Exists(w.dir) {
		return nil, notInitialised(w.dir)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, console.Faultf(console.NotRunning, startHint, "the node of %s is not running", w.dir)
	}
	if err != nil {
		return nil, err
	}
	token, err := client.ReadToken(device.TokenFile(w.dir))
	if err != nil {
		return nil, console.Wrap(console.NotRunning, startHint, err)
	}
	c, err := client.New(address, token)
	return c, console.Wrap(console.NotRunning, startHint, err)
}

// call does with the running node what takes its answers, until the process is
// interrupted, and gives a request that failed its exit code.
func (w *world) call(do func(ctx context.Context, api *client.Client) error) error {
	api, err := w.reach()
	if err != nil {
		return err
	}
	defer api.Close()
	ctx, stop := interrupted()
	defer stop()
	return answered(do(ctx, api))
}

func notInitialised(dir string) error {
	return console.Faultf(console.NotEnrolled, "make a node with: blackstart init --name NAME", "no node in %s", dir)
}

// answered gives a failed request its exit code.
func answered(err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*client.Error](err)
	switch {
	case errors.Is(err, context.Canceled):
		return console.Faultf(console.Failure, "what was asked for may have been done: look at blackstart inbox --all", "interrupted before the node answered")
	case !ok:
		return err
	case e.Status == 0 || e.Status == http.StatusUnauthorized:
		return console.Wrap(console.NotRunning, e.Hint, fmt.Errorf("%s", e.What))
	case e.Status == http.StatusInsufficientStorage:
		return console.Wrap(console.DiskFull, e.Hint, fmt.Errorf("%s", e.What))
	default:
		return console.Wrap(console.Refused, e.Hint, fmt.Errorf("%s", e.What))
	}
}
