package keyblock

import (
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

const vectorDir = "testdata/vectors"

// classes are those that the vectors expect.
var classes = vectors.Classes{
	"truncated": ErrTruncated, "oversized": ErrOversized, "version": ErrVersion, "not-canonical": ErrNotCanonical,
	"signature": ErrSignature, "revoked": ErrRevoked, "passed": ErrPassed, "ahead": ErrAhead, "generation": ErrGeneration, "check": ErrCheck,
}

func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: vectors.Says(readVector)}.Hold(t)
}

// readVector does what a node does with a block, or with a path in a package, or
// an authority with a seed, and describes what it learned.
func readVector(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	switch f.Get(t, "kind") {
	case "seed":
		var tree Tree
		var n ident.Number
		var serial uint32
		if _, err := fmt.Sscanf(f.Get(t, "tree"), "generation %d height %d start %d number %d serial %d",
			&tree.Generation, &tree.Height, &tree.Start, &n, &serial); err != nil {
			t.Fatal(err)
		}
		tree.Seed = seal.Secret(f.Data)
		p, err := tree.Path(n, serial)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("path %x", p.Append(nil)), nil
	case "path":
		p, rest, err := DecodePath(f.Data)
		if err == nil && len(rest) > 0 {
			err = ErrOversized
		}
		if err != nil {
			return "", err
		}
		said := fmt.Sprintf("generation %d height %d number %v serial %d keys", p.Generation, p.Height, p.Number, p.Serial)
		for i := range p.Keys {
			said += fmt.Sprintf(" %x", p.Keys[i][:])
		}
		return said, nil
	}
	b, err := Decode(f.Data)
	if err != nil {
		return "", err
	}
	root, err := ident.ParsePrivate(unhex(t, f.Get(t, "root-seed")))
	if err != nil {
		t.Fatal(err)
	}
	operator := ident.OperatorID(unhex(t, f.Get(t, "operator")))
	if err := b.Verify(ident.Ed25519{}, root.SignKey(), operator); err != nil {
		return "", err
	}
	p, _, err := DecodePath(unhex(t, f.Get(t, "path")))
	if err != nil {
		t.Fatal(err)
	}
	e, err := b.Open(operator, p)
	if err != nil {
		return "", err
	}
	digest := b.Digest()
	return fmt.Sprintf("serial %d first %d generation %d height %d top %v revoked %v wraps %d parts %d digest %x secret %x",
		e.Serial, e.First, b.Generation, b.Height, b.Top, b.Revoked, len(b.Wraps), len(b.Parts()), digest, e.Key[:]), nil
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
