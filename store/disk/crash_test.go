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

// reserveEnv is the child's Options.Reserve.
const reserveEnv = "BLACKSTART_TEST_RESERVE"

// child opens the store and goes on with its history until it is killed. Each
// commit is acknowledged with the number of its newest batch on a line.
func child(dir string) int {
	reserve, _ := strconv.ParseInt(os.Getenv(reserveEnv), 10, 64)
	s, err := Open(dir, testKey, Options{Reserve: reserve})
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
func startChild(t testing.TB, dir string, env ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe)
	c.Env = append(append(os.Environ(), childEnv+"="+dir), env...)
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
func ack(t testing.TB, lines *bufio.Scanner) (last uint64, ok bool) {
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

// killAfter reads a number of acknowledgements, kills the child at once, and
// returns the newest that it got out before it died: that one counts too.
func killAfter(t testing.TB, c *exec.Cmd, lines *bufio.Scanner, acks int) (acked uint64) {
	t.Helper()
	for range acks {
		n, ok := ack(t, lines)
		if !ok {
			t.Fatal("the writing process ended by itself")
		}
		acked = n
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for n, ok := ack(t, lines); ok; n, ok = ack(t, lines) {
		acked = n
	}
	_ = c.Wait() // "signal: killed"
	return acked
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
		acked = killAfter(t, c, lines, 1+rng.IntN(60))
		s := mustOpen(t, dir)
		if err := storetest.CheckHistory(s, acked); err != nil {
			t.Fatalf("seed %d, round %d: %v", seed, round, err)
		}
		mustClose(t, s)
	}
	t.Logf("%d batches acknowledged in %d rounds", acked, rounds)
}
