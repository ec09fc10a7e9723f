package disk

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/peers"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/storetest"
)

// mount mounts a file system for the length of a test.
func mount(t *testing.T, args ...string) (dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		peers.Missing(t, "only root may mount a file system")
	}
	program := peers.Require(t, "mount")
	dir, err := os.MkdirTemp(t.TempDir(), "mnt")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, append(args, dir)...).CombinedOutput(); err != nil {
		peers.Missing(t, "mounting is not allowed here: "+string(out))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %s", out)
		}
	})
	return dir
}

// A file system that is really full: the store says so in time, keeps running,
// keeps everything, and goes on when there is room.
func TestReallyFullDisk(t *testing.T) {
	dir := mount(t, "-t", "tmpfs", "-o", "size=112m", "none")
	s := mustCreate(t, filepath.Join(dir, "store"))
	var acked uint64
	rng := rand.New(rand.NewPCG(3, 3))
	err := storetest.WriteHistory(s, rng, func(n uint64) bool { acked = n; return n < 200 })
	if err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	fillUp(t, dir, ballast, 60<<20)
	err = storetest.WriteHistory(s, rng, func(n uint64) bool { acked = n; return true })
	oneLine(t, err, store.ErrFull, "free some space")
	if err := storetest.CheckHistory(s, acked); err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	fillUp(t, dir, ballast+"2", openReserve-1<<20)
	_, err = Open(s.dir, testKey, Options{})
	oneLine(t, err, store.ErrFull, "free some space")
	if err := errors.Join(os.Remove(ballast), os.Remove(ballast+"2")); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, s.dir)
	goal := acked + 100
	if err := storetest.WriteHistory(s, rng, func(n uint64) bool { acked = n; return n < goal }); err != nil {
		t.Fatal(err)
	}
	if err := storetest.CheckHistory(s, acked); err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
}

// fillUp writes a file until only so much is free.
func fillUp(t *testing.T, dir, name string, left int64) {
	t.Helper()
	free, err := freeSpace(dir)
	if err != nil || free < left {
		t.Fatalf("%d bytes free, %v", free, err)
	}
	if err := os.WriteFile(name, make([]byte, free-left), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Even where the reserve did not help, because others ate it up between the
// look and the write, and the process ends with a signal or hangs: nothing that
// was acknowledged is lost.
func TestDiskFullToTheLastByte(t *testing.T) {
	dir := mount(t, "-t", "tmpfs", "-o", "size=48m", "none")
	place := filepath.Join(dir, "store")
	s, err := Create(place, testKey, Options{Reserve: 1})
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	c, lines := startChild(t, place, reserveEnv+"=1")
	const patience = 5 * time.Second
	hangs := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	var acked uint64
	for lines.Scan() {
		hangs.Reset(patience)
		if _, err := fmt.Sscanf(lines.Text(), "ack %d", &acked); err != nil {
			t.Logf("the writing process says %q", lines.Text())
		}
	}
	t.Logf("after batch %d: %v", acked, c.Wait())
	hangs.Stop()
	if out, err := exec.Command("mount", "-o", "remount,size=256m", dir).CombinedOutput(); err != nil {
		t.Fatalf("remount: %s", out)
	}
	s = mustOpen(t, place)
	if err := storetest.CheckHistory(s, acked); err != nil {
		t.Error(err)
	}
	mustClose(t, s)
}

// A power cut, as near as a running machine comes to it: the writer works on a
// file system in a file, and is killed; what the file holds in that moment is
// what reached the disk, without all that the system still kept in memory. On
// a copy of it the file system's journal and the store have to recover.
func TestPowerCut(t *testing.T) {
	const seed, rounds = 20416, 4
	mkfs := peers.Require(t, "mkfs.ext4")
	rng := rand.New(rand.NewPCG(seed, 1))
	image := filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(image, 192<<20); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(mkfs, "-q", "-F", image).CombinedOutput(); err != nil {
		t.Fatalf("mkfs.ext4: %s", out)
	}
	dir := mount(t, "-o", "loop", image)
	mustClose(t, mustCreate(t, filepath.Join(dir, "store")))
	for round := range rounds {
		c, lines := startChild(t, filepath.Join(dir, "store"))
		acked := killAfter(t, c, lines, 50+rng.IntN(1500))
		copied := filepath.Join(t.TempDir(), "after the cut")
		if out, err := exec.Command("cp", "--sparse=always", image, copied).CombinedOutput(); err != nil {
			t.Fatalf("cp: %s", out)
		}
		s := mustOpen(t, filepath.Join(mount(t, "-o", "loop", copied), "store"))
		t.Cleanup(func() { s.Close() }) // before unmounting, if the test fails
		last := storetest.Last(s)
		if err := storetest.CheckHistory(s, acked); err != nil {
			t.Fatalf("seed %d, round %d: %v", seed, round, err)
		}
		mustClose(t, s)
		t.Logf("round %d: %d acknowledged, %d found", round, acked, last)
	}
}
