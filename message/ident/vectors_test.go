package ident

import (
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

const vectorDir = "testdata/vectors"

// classes are those that the vectors expect.
var classes = vectors.Classes{
	"truncated": ErrTruncated, "oversized": ErrOversized, "version": ErrVersion, "not-canonical": ErrNotCanonical,
	"privilege": ErrPrivilege, "succession": ErrSuccession, "bad-signature": ErrBadSignature,
}

// describe lists the fields of a certificate as the vectors do.
func describe(c *Certificate) string {
	return fmt.Sprintf("operator %v number %v name %q role %q rights %d kind %d groups %v from %d until %d sign %x box %x",
		c.Operator, c.Number, c.Name, c.Role, c.Rights, c.Kind, c.Groups.IDs(), c.From, c.Until, c.Sign[:], c.Box[:])
}

func describeCredential(c *Credential) string {
	return fmt.Sprintf("operator %v person %d name %q role %q rights %d from %d until %d key %x",
		c.Operator, c.Person, c.Name, c.Role, c.Rights, c.From, c.Until, c.Key[:])
}

func describeLineage(l Lineage) string {
	present := l.Present()
	return fmt.Sprintf("operator %v roots %d present %x next %x", l.Operator(), len(l.Roots), present[:], l.Next)
}

// readVector does with the bytes what a node does, and says what it learned.
func readVector(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	rootSeed, err := hex.DecodeString(f.Get(t, "root-seed"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := ParsePrivate(rootSeed)
	if err != nil {
		t.Fatal(err)
	}
	switch kind := f.Get(t, "kind"); kind {
	case "certificate":
		c, err := DecodeCertificate(f.Data)
		if err != nil {
			return "", err
		}
		f.Again(t, c.Encode())
		return describe(c), c.Verify(Ed25519{}, root.SignKey())
	case "credential":
		c, err := DecodeCredential(f.Data)
		if err != nil {
			return "", err
		}
		f.Again(t, c.Encode())
		return describeCredential(c), c.Verify(Ed25519{}, root.SignKey())
	case "lineage":
		var chain []Succession
		for b := f.Data; len(b) > 0; b = b[min(len(b), SuccessionSize):] {
			s, err := DecodeSuccession(b[:min(len(b), SuccessionSize)])
			if err != nil {
				return "", err
			}
			chain = append(chain, s)
		}
		l, err := Trace(Ed25519{}, chain, root.SignKey())
		if err != nil {
			return "", err
		}
		return describeLineage(l), nil
	default:
		t.Fatalf("kind %q", kind)
		return "", nil
	}
}

func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: vectors.Says(readVector)}.Hold(t)
}
