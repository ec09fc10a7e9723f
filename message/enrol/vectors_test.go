package enrol

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

const vectorDir = "testdata/vectors"

// classes are those that the vectors expect.
var classes = vectors.Classes{
	"truncated": ErrTruncated, "oversized": ErrOversized, "version": ErrVersion, "not-canonical": ErrNotCanonical,
	"name": ErrName, "box-key": ErrBoxKey, "signature": ErrSignature, "not-member": ErrNotMember, "package": ErrPackage,
	"malformed": ErrMalformed, "privilege": ErrPrivilege, "other-network": ErrOtherNetwork, "twice": ErrTwice,
	"revoked": ErrRevoked, "succession": ErrSuccession, "other-root": ErrOtherRoot, "older": ErrOlder, "conflict": ErrConflict,
	"armour": ErrArmour, "kind": ErrKind, "pin": ErrPIN,
	"no-keys": ErrNoKeys,
}

func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: vectors.Says(readVector)}.Hold(t)
}

// readVector does what a node or an authority does with the bytes, and
// describes what it learned.
func readVector(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	switch f.Get(t, "kind") {
	case "armour":
		data, err := dearmour("BLACKSTART "+f.Get(t, "block"), f.Data, MaxRequestText)
		return fmt.Sprintf("bytes %x", data), err
	case "person":
		p, err := ParsePersonFile(f.Data)
		if err != nil {
			return "", err
		}
		private, err := p.Open([]byte(f.Get(t, "pin")))
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("person %d name %q seed %x", p.Credential.Person, p.Credential.Name, private.Seed()), nil
	case "request":
		r, err := DecodeRequest(f.Data)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("name %q role %q sign %x box %x package %x code %s", r.Name, r.Role, r.Sign[:], r.Box[:], r.Package[:], r.CheckCode()),
			r.Verify(ident.Ed25519{})
	}
	seed, err := hex.DecodeString(f.Get(t, "node-seed"))
	if err != nil {
		t.Fatal(err)
	}
	node, err := ident.ParsePrivate(seed)
	if err != nil {
		t.Fatal(err)
	}
	file, err := DecodeFile(f.Data)
	if err != nil {
		return "", err
	}
	held := readHeld(t, f)
	var once []*PackageKey
	for _, text := range f.All("package-key") {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		key, err := ParsePackageKey(b)
		if err != nil {
			t.Fatal(err)
		}
		once = append(once, key)
	}
	n, err := Open(file, node, ident.Ed25519{}, held, once...)
	if err == nil && held == nil {
		err = n.Secrets.NeedKeys()
	}
	if err != nil {
		return "", err
	}
	return describe(n), nil
}

// readHeld returns what the head of a vector says that the node held before, or
// nil at a first join.
func readHeld(t *testing.T, f vectors.File) *Held {
	t.Helper()
	if len(f.All("held-serial")) == 0 {
		return nil
	}
	held := &Held{}
	if _, err := fmt.Sscan(f.Get(t, "held-serial"), &held.Serial); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(f.Get(t, "held-number"), &held.Self); err != nil {
		t.Fatal(err)
	}
	for key, to := range map[string]*[32]byte{"held-digest": &held.Digest, "held-root": (*[32]byte)(&held.Root), "held-next": &held.Next} {
		value, err := hex.DecodeString(f.Get(t, key))
		if err != nil {
			t.Fatal(err)
		}
		*to = [32]byte(value)
	}
	return held
}

// describe says what a node learned, secrets and all.
func describe(n *Network) string {
	s, newest := n.Secrets, n.Blocks[len(n.Blocks)-1]
	said := fmt.Sprintf("network %q serial %d node %v root %x code %s next %x bootstrap %x", n.Name, n.Held.Serial, n.Self,
		n.Held.Root[:], RootCode(n.Held.Root), n.Held.Next, s.Bootstrap[:])
	said += fmt.Sprintf(" block %d generation %d", newest.Serial, newest.Generation)
	if s.HaveKeys() {
		said += fmt.Sprintf(" once %t path from %d", s.Once, s.Path.Serial)
		for i := range s.Path.Keys {
			said += fmt.Sprintf(" %x", s.Path.Keys[i][:])
		}
		said += fmt.Sprintf(" epoch %d first %d base %d key %x", s.Epoch.Serial, s.Epoch.First, s.Epoch.Base, s.Epoch.Key[:])
	}
	for _, g := range n.Roster.Groups() {
		said += fmt.Sprintf(" group %d %q incident %t members %v", g.ID, g.Name, g.Incident, n.Roster.Members(g.ID))
	}
	for _, id := range slices.Sorted(maps.Keys(s.Groups)) {
		secret := s.Groups[id]
		said += fmt.Sprintf(" secret %d %x", id, secret[:])
	}
	return said + fmt.Sprintf(" revoked %v redirects %v persons %d withdrawn %v", n.Revoked, n.Redirects, len(n.Persons), n.Withdrawn)
}
