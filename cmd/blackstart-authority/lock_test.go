package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

// While one command is at work, a second one changes nothing and can still look.
func TestOneCommandAtATime(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.write("north/key.next", "what the other command is about to name")
	busy := &locks{}
	if err := busy.lock(b.path("north")); err != nil {
		t.Fatal(err)
	}
	b.refused(console.Store, "another command is at work in", "rotate", "north")
	b.do("list", "north")
	b.do("network", "north", "-o", "@net")
	if _, err := os.Lstat(b.path("north/key.next")); err != nil {
		t.Errorf("a command that looks took away what another one is about to name: %v", err)
	}
	busy.release()
	b.do("rotate", "north")
}

// What a crash left beside the key file held keys, too: it goes with the next start.
func TestLeftoversGo(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.write("north/key.next", "of an operation that never was")
	b.write("north/.tmp-key.next-123", "half of one")
	b.write("north/.tmp-network.next-123", "half of another")
	b.do("list", "north")
	left, err := filepath.Glob(b.path("north/*"))
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := filepath.Glob(b.path("north/.tmp*"))
	if err != nil {
		t.Fatal(err)
	}
	if names := strings.Join(append(left, hidden...), " "); strings.Contains(names, "next") {
		t.Errorf("left: %s", names)
	}
}
