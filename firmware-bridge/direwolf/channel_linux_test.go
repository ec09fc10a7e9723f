package direwolf

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/internal/peers"
)

const limit = 20 * time.Second

func TestStartKillRestartClose(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real modems")
	}
	peers.Require(t, DefaultProgram)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	c, err := Start(ctx, Config{Dir: filepath.Join(t.TempDir(), "new"), Stations: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		for range 2 {
			if err := c.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}
		if answers(c.KISS(0)) || answers(c.KISS(1)) {
			t.Error("a modem still answers after Close")
		}
		if err := c.Restart(ctx, 0); err == nil {
			t.Error("restarted a modem of a closed channel")
		}
	}()
	if c.KISS(0) == c.KISS(1) {
		t.Fatalf("both modems at %s", c.KISS(0))
	}
	for i := range 2 {
		if !answers(c.KISS(i)) {
			t.Errorf("modem %d does not answer", i)
		}
	}
	if err := c.Restart(ctx, 1); err == nil {
		t.Error("restarted a modem that runs")
	}
	if err := errors.Join(c.Kill(1), c.Kill(1)); err != nil {
		t.Fatal(err)
	}
	await.Until(t, limit, "the killed modem to fall silent", func() bool { return !answers(c.KISS(1)) })
	if err := c.Restart(ctx, 1); err != nil {
		t.Fatal(err)
	}
	if !answers(c.KISS(1)) {
		t.Error("the restarted modem does not answer")
	}
}

func answers(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	if _, err := Start(t.Context(), Config{Dir: t.TempDir(), Stations: 1, Program: "no-such-modem"}); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("absent program: %v, want %v", err, exec.ErrNotFound)
	}
	if _, err := Start(t.Context(), Config{}); !errors.Is(err, ErrConfig) {
		t.Errorf("empty configuration: %v, want %v", err, ErrConfig)
	}
	script := func(text string) string {
		name := filepath.Join(t.TempDir(), "modem")
		if err := os.WriteFile(name, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for text, want := range map[string]string{
		"echo no sound here; exit 1": "ended at once: no sound here",
		"echo Bind failed with 98":   errPortTaken.Error(),
	} {
		_, err := Start(t.Context(), Config{Dir: t.TempDir(), Stations: 2, Program: script(text)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := Start(ctx, Config{Dir: t.TempDir(), Stations: 1, Program: script("exec sleep 60")}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("modem that never is ready: %v, want %v", err, context.DeadlineExceeded)
	}
}
