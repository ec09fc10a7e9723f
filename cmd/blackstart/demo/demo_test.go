package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/internal/peers"
)

// script runs `blackstart demo --script` and demands that all went well.
func script(t *testing.T, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), os.Getenv(programVariable), append([]string{"demo", "--script", "--json"}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	t.Logf("blackstart demo --script %s\n%s", strings.Join(args, " "), errs.String())
	if err != nil {
		t.Fatal(err)
	}
	var r result
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if !r.OK || r.Messages == 0 || r.Kills == 0 || r.Air.AirtimeS == 0 {
		t.Errorf("it ended with %+v", r)
	}
	return r
}

// The main job, at the speed of the commonest packet modems. The short run has
// faster ones.
func TestStory(t *testing.T) {
	t.Parallel() // with the two below: all of them mostly wait for the radio
	rate := "1200"
	if testing.Short() {
		rate = "9600"
	}
	script(t, "--rate", rate, "--limit", "8m")
}

// Ten moments that a fresh seed decides; it is in the log, for --seed.
func TestKills(t *testing.T) {
	t.Parallel()
	kills := 10
	if testing.Short() {
		kills = 3
	}
	seed := strconv.FormatInt(time.Now().UnixNano(), 10)
	if r := script(t, "--rate", "9600", "--kills", strconv.Itoa(kills), "--seed", seed, "--limit", "8m"); r.Kills != kills {
		t.Errorf("%d kills, want %d", r.Kills, kills)
	}
}

// The same story over LoRa and data radios: one of each way in which a frame is
// known to have left, and one without carrier sense.
func TestStoryOverLoRa(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Log("left to the long run")
		return
	}
	for _, name := range []string{RNode, Meshtastic, RUI3, Pipe} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script(t, "--radio", name, "--limit", "8m")
		})
	}
}

// The same story over Dire Wolf modems that hear each other's sound.
func TestStoryOverSound(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Log("left to the long run")
		return
	}
	peers.Require(t, DireWolf)
	script(t, "--radio", DireWolf, "--limit", "8m")
}

// The demo stays until it is interrupted, and then leaves nothing.
func TestStay(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	var out lockedBuffer
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{Radio: KISS, Rate: 9600, Exe: os.Getenv(programVariable), Out: &out, Err: &out})
	}()
	await.Until(t, time.Minute, "the addresses of the pages", func() bool {
		return strings.Count(out.String(), "/#token=") == nodeCount && strings.Contains(out.String(), "Ctrl-C ends")
	})
	interrupt()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("%d things left behind, %v", len(left), err)
	}
}

func TestDemoNeedsAKnownModem(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp) // Windows
	var out lockedBuffer
	err := Run(t.Context(), Options{Script: true, Radio: "carrier pigeon", Rate: 1200, Out: &out, Err: &out})
	if err == nil || !strings.Contains(err.Error(), "carrier pigeon") {
		t.Errorf("%v, want the modem's name", err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 || out.String() != "" {
		t.Errorf("left behind: %v; said: %q", left, out.String())
	}
}
