package disk

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/store/storetest"
)

// childEnv names the folder that a test process started as a child writes to.
const childEnv = "BLACKSTART_TEST_STORE"

// child opens the store and goes on with its history until it is killed. Each
// commit is acknowledged with the number of its newest batch on a line.
func child(dir string) int {
	s, err := Open(dir, testKey, Options{})
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	rng := rand.New(rand.NewPCG(storetest.Last(s), 9))
	err = storetest.WriteHistory(s, rng, func(last uint64) bool {
		_, err := fmt.Println("ack", last)
		return err == nil
	})
	fmt.Println("error", err)
	return 1
}

// startChild runs this test binary on a store until told to stop, and returns
// the acknowledgements.
func startChild(t *testing.T, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe)
	c.Env = append(os.Environ(), childEnv+"="+dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c, bufio.NewScanner(out)
}

// ack reads one acknowledgement.
func ack(t *testing.T, lines *bufio.Scanner) (last uint64, ok bool) {
	t.Helper()
	if !lines.Scan() {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(lines.Text(), "ack "), 10, 64)
	if err != nil {
		t.Fatalf("the writing process says %q", lines.Text())
	}
	return n, true
}

// A writer that is killed at any moment loses nothing that it acknowledged and
// leaves no half of a batch.
func TestKillAtSeededMoments(t *testing.T) {
	const seed, rounds = 20416, 20
	rng := rand.New(rand.NewPCG(seed, 0))
	dir := filepath.Join(t.TempDir(), "store")
	mustClose(t, mustCreate(t, dir))
	var acked uint64
	for round := range rounds {
		c, lines := startChild(t, dir)
		for range 1 + rng.IntN(60) {
			n, ok := ack(t, lines)
			if !ok {
				t.Fatalf("seed %d, round %d: the writing process ended by itself", seed, round)
			}
			acked = n
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for { // what it acknowledged before the signal came counts too
			n, ok := ack(t, lines)
			if !ok {
				break
			}
			acked = n
		}
		_ = c.Wait() // "signal: killed"
		s := mustOpen(t, dir)
		if err := storetest.CheckHistory(s, acked); err != nil {
			t.Fatalf("seed %d, round %d: %v", seed, round, err)
		}
		mustClose(t, s)
	}
	t.Logf("%d batches acknowledged in %d rounds", acked, rounds)
}
