package bench

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/mem"
)

// benchKey encrypts the stores of benches. They are thrown away: it guards
// nothing, but costs what a real one costs.
var benchKey = [32]byte{'b', 'e', 'n', 'c', 'h'}

// newOperator makes a throwaway operator, the same one in each process of a
// bench that gives the same seed.
func newOperator(seed uint64, nodes int) (*sim.Operator, error) {
	return sim.NewOperator(seed, nodes, clock.WallOf(time.Now()).Day())
}

// buildNode returns what makes the node with an index over a store and a vault,
// as the daemon does.
func buildNode(op *sim.Operator, index int, vault *mem.Vault) func(clock.Reading, store.View) (live.Machine, error) {
	return func(now clock.Reading, view store.View) (live.Machine, error) {
		ring, err := keyring.Decode(vault.Load())
		if err != nil {
			return nil, err
		}
		return mesh.New(now, mesh.Config{
			Self: ident.Number(index + 1), Private: op.Private[index], Trust: op.Trust(), Ring: ring, Verifier: ident.Ed25519{},
			View: view, Jitter: rand.New(rand.NewPCG(uint64(index), 1)),
		})
	}
}

// toEveryone is a ROUTINE message to the group.
func toEveryone(text string) mesh.Submit {
	return mesh.Submit{To: bundle.Destination{Group: sim.Everyone}, Precedence: bundle.Routine, Text: text, By: "bench"}
}

// filler makes a text of the given number of bytes that begins with head.
func filler(head string, size int) string {
	const words = "transformer two at north substation is isolated and earthed, crew five reports all clear; "
	var b strings.Builder
	b.WriteString(head)
	for b.Len() < size {
		b.WriteString(words[:min(len(words), size-b.Len())])
	}
	return b.String()[:size]
}

// tempDir makes a folder for a bench, and returns what removes it.
func tempDir(parent string) (dir string, remove func() error, err error) {
	if dir, err = os.MkdirTemp(parent, "blackstart-bench-"); err != nil {
		return "", nil, fmt.Errorf("folder for the bench: %w", err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", nil, err
	}
	return dir, func() error { return os.RemoveAll(dir) }, nil
}
