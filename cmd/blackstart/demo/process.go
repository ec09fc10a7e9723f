package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
)

// node is one node of the demo: its folder, and its process while it runs.
type node struct {
	name string
	dir  string
	key  string
	exe  string

	cmd   *exec.Cmd
	stdin io.Closer // closing it asks the process to end
	log   *os.File
	ended chan struct{} // closed when the process has ended
	err   error         // how it ended; after ended
	api   *client.Client
}

// Bounds of what is waited for.
const (
	startLimit = 30 * time.Second
	stopLimit  = 20 * time.Second
	pollEvery  = 50 * time.Millisecond
)

// start starts the process and waits until its API answers.
func (n *node) start(ctx context.Context) error {
	// A killed node leaves the file that says where its API was.
	if err := os.Remove(filepath.Join(n.dir, "address")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	var err error
	if n.log, err = os.OpenFile(n.dir+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	n.cmd = exec.Command(n.exe, "--dir", n.dir, "node", "--key-file", n.key, "--with-parent")
	n.cmd.Stdout, n.cmd.Stderr = n.log, n.log
	n.cmd.SysProcAttr = ownGroup()
	if n.stdin, err = n.cmd.StdinPipe(); err != nil {
		return errors.Join(err, n.log.Close())
	}
	if err := n.cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("start %s: %w", n.name, err), n.log.Close())
	}
	n.ended = make(chan struct{})
	go func() {
		n.err = n.cmd.Wait()
		close(n.ended)
	}()
	return n.ready(ctx)
}

// ready waits until the API answers.
func (n *node) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	return poll(ctx, n.name+" to answer", func() (bool, error) {
		select {
		case <-n.ended:
			return false, fmt.Errorf("%s ended: %w; its log is %s.log", n.name, n.err, n.dir)
		default:
		}
		address, err := device.ReadAddress(n.dir)
		if err != nil {
			return false, nil
		}
		token, err := client.ReadToken(device.TokenFile(n.dir))
		if err != nil {
			return false, nil
		}
		if n.api, err = client.New(address, token); err != nil {
			return false, err
		}
		_, err = n.api.Status(ctx)
		return err == nil, nil
	})
}

// kill ends the process as a power cut would.
func (n *node) kill() error {
	if err := n.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-n.ended
	return errors.Join(n.release())
}

// stop asks the process to end, and ends it if it does not.
func (n *node) stop() error {
	if n.ended == nil {
		return nil
	}
	if err := n.stdin.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	select {
	case <-n.ended:
	case <-time.After(stopLimit):
		err := n.kill()
		return errors.Join(fmt.Errorf("%s did not end within %v", n.name, stopLimit), err)
	}
	if err := n.release(); err != nil {
		return err
	}
	if n.err != nil {
		return fmt.Errorf("%s ended: %w; its log is %s.log", n.name, n.err, n.dir)
	}
	return nil
}

// release gives back what belonged to the process. Once is enough.
func (n *node) release() error {
	if n.api != nil {
		n.api.Close()
		n.api = nil
	}
	if err := n.stdin.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	if err := n.log.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	n.ended = nil
	return nil
}

// check runs `blackstart check` on the folder of a node that does not run.
func (n *node) check(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, n.exe, "--dir", n.dir, "check", "--key-file", n.key).CombinedOutput()
	if err != nil {
		return fmt.Errorf("check of %s: %w\n%s", n.name, err, out)
	}
	return nil
}

// poll looks again and again until there is an answer.
func poll(ctx context.Context, what string, look func() (bool, error)) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if done, err := look(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited for %s: %w", what, ctx.Err())
		case <-tick.C:
		}
	}
}
