package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// shell runs programs in the folder of go.mod.
type shell struct {
	out io.Writer
	env []string
}

// stream runs a program and shows what it prints as it comes.
func (s *shell) stream(ctx context.Context, name string, args ...string) error {
	cmd := s.command(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = s.out, s.out
	return named(cmd.Run(), name, args)
}

// capture runs a program and returns what it prints.
func (s *shell) capture(ctx context.Context, name string, args ...string) (string, error) {
	out, err := s.command(ctx, name, args...).CombinedOutput()
	return string(out), named(err, name, args)
}

// with returns a shell with further variables.
func (s *shell) with(env ...string) *shell {
	return &shell{out: s.out, env: append(s.env[:len(s.env):len(s.env)], env...)}
}

// command asks a program to end before it kills it, so that go test ends the
// tests that it started.
func (s *shell) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = s.env
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	return cmd
}

func named(err error, name string, args []string) error {
	if err == nil {
		return nil
	}
	line := name + " " + strings.Join(args, " ")
	if len(line) > 100 {
		line = line[:100] + "..."
	}
	return fmt.Errorf("%s: %w", line, err)
}
