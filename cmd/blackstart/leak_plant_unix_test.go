//go:build unix

package main

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/internal/leak"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// plantedNetwork is an authority all of whose secrets are known.
type plantedNetwork struct {
	t       *testing.T
	d       *leak.Detector
	entropy io.Reader
	root    *ident.Private
	keys    *enrol.Keyset
	file    *enrol.File
	today   clock.Day
}

// recorder plants what is drawn in pieces of 16 bytes: the secret of a key block,
// which nothing else shows.
type recorder struct {
	from io.Reader
	d    *leak.Detector
}

func (r recorder) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if n == 16 {
		r.d.Plant("a key block's secret", p[:n])
	}
	return n, err
}

func newPlantedNetwork(t *testing.T, d *leak.Detector) *plantedNetwork {
	n := &plantedNetwork{t: t, d: d, entropy: recorder{rand.NewChaCha8([32]byte{1, 2, 3}), d}, today: clock.WallOf(time.Now()).Day()}
	n.file = &enrol.File{Name: "North Grid", Groups: []ident.Group{{ID: 1, Name: "all"}}}
	var err error
	if n.root, err = ident.NewPrivate(n.entropy); err != nil {
		t.Fatal(err)
	}
	if n.keys, err = enrol.NewKeyset(n.file.Groups, 4, n.entropy); err != nil {
		t.Fatal(err)
	}
	seed := n.root.Seed()
	d.Plant("the root's signing key", seed[:32])
	d.Plant("the root's box key", seed[32:])
	d.Plant("the bootstrap secret", n.keys.Bootstrap[:])
	d.Plant("the tree's seed", n.keys.Tree.Seed[:])
	for g, secret := range n.keys.Groups {
		d.Plant(fmt.Sprintf("the secret of group %d", g), secret[:])
	}
	return n
}

// enrol takes requests in the order of their numbers.
func (n *plantedNetwork) enrol(requests ...string) {
	for i, name := range requests {
		text, err := os.ReadFile(name)
		if err != nil {
			n.t.Fatal(err)
		}
		r, err := enrol.ParseRequest(text)
		if err != nil {
			n.t.Fatal(err)
		}
		cert := &ident.Certificate{Operator: n.operator(), Number: ident.Number(i + 1), Name: r.Name, Role: r.Role,
			Rights: ident.MayFlash | ident.MaySuspend, Groups: ident.Groups(1), Sign: r.Sign, Box: r.Box, From: n.today - 2, Until: n.today + 300}
		cert.Signature = n.root.Sign(cert.SignedBytes())
		n.file.Enrol(cert, r.Package)
	}
}

func (n *plantedNetwork) operator() ident.OperatorID { return ident.OperatorOf(n.root.SignKey()) }

// write makes the next key block and a network file, and plants what they bring.
func (n *plantedNetwork) write(name string, top ident.Number, revoked ...ident.Number) {
	for number := ident.Number(1); number <= top; number++ {
		path, err := n.keys.Tree.Path(number, n.keys.Epoch.Serial+1)
		if err != nil {
			n.t.Fatal(err)
		}
		for i, k := range path.Keys {
			n.d.Plant(fmt.Sprintf("key %d on the path of node %v", i, number), k[:])
		}
	}
	block, err := n.keys.NextBlock(n.root, n.operator(), n.today-1, top, revoked, n.entropy)
	if err != nil {
		n.t.Fatal(err)
	}
	n.file.Serial++
	n.file.Blocks = append(n.file.Blocks, block)
	n.plantDays()
	n.file.Revoked = append(n.file.Revoked, revoked...)
	n.file.Members = slices.DeleteFunc(n.file.Members, func(m enrol.Member) bool { return slices.Contains(revoked, m.Certificate.Number) })
	if err := n.file.Seal(n.root, n.keys, n.today-1, n.entropy); err != nil {
		n.t.Fatal(err)
	}
	if err := os.WriteFile(name, n.file.Text(), 0o600); err != nil {
		n.t.Fatal(err)
	}
}

// plantDays plants the keys of yesterday, today and tomorrow, and the link keys.
func (n *plantedNetwork) plantDays() {
	for day := n.today - 1; day <= n.today+1; day++ {
		e := n.keys.Epoch
		e.EraseBefore(day)
		n.d.Plant(fmt.Sprintf("block %d, the key of day %d", e.Serial, day), e.Key[:])
		k := seal.NewKeys(1, n.root, nil, seal.Secrets{Bootstrap: n.keys.Bootstrap, Epochs: []seal.Epoch{e}})
		if link, ok := k.Link(e.Serial, day); ok {
			n.d.Plant("a link key's MAC", link.MAC[:])
			n.d.Plant("a link key's cipher", link.Enc[:])
		}
	}
}

// plantDevice plants what a node's folder guards.
func plantDevice(t *testing.T, d *leak.Detector, dir string, secret keyslot.Secret) *ident.Private {
	t.Helper()
	dev, err := device.Open(dir, secret)
	if err != nil {
		t.Fatal(err)
	}
	seed := dev.Private.Seed()
	name := filepath.Base(dir)
	d.Plant("the signing key of "+name, seed[:32])
	d.Plant("the box key of "+name, seed[32:])
	master, err := keyslot.Open(filepath.Join(dir, "keyslot"), secret)
	if err != nil {
		t.Fatal(err)
	}
	d.Plant("the master key of "+name, master[:])
	for _, part := range []string{"identity", "network", "store", "vault"} {
		key := keyslot.Derive(master, "blackstart device "+part+" v1")
		d.Plant("the key of the "+part+" of "+name, key[:])
		if part == "store" {
			encryption, err := hkdf.Key(sha256.New, key[:], nil, "blackstart store encryption", 32)
			if err != nil {
				t.Fatal(err)
			}
			d.Plant("the database's key of "+name, encryption)
		}
	}
	// The key of the first package, before it is used and erased.
	sealed, err := os.ReadFile(filepath.Join(dir, "packagekey"))
	if err != nil {
		t.Fatal(err)
	}
	label := "blackstart device package key v1"
	key := keyslot.Derive(master, label)
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		t.Fatal(err)
	}
	once, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(label))
	if err != nil {
		t.Fatal(err)
	}
	d.Plant("the key of the package of "+name, once)
	return dev.Private
}
