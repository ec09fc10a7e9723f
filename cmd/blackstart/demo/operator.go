package demo

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// The nodes of the demo, by their place in the list.
const (
	crew1 = iota
	crew2
	substation
	control
	nodeCount
)

var nodeNames = [nodeCount]string{"crew-1", "crew-2", "substation", "control"}
var nodeRoles = [nodeCount]string{"field crew", "field crew", "gateway", "control centre"}

const groupName = "all"

// operator is a throwaway authority: it makes and enrols the nodes in this
// process, by the same files that travel by USB stick otherwise.
type operator struct {
	root *ident.Private
	keys *enrol.Keyset
	file *enrol.File
}

func newOperator(name string) (*operator, error) {
	root, err := ident.NewPrivate(rand.Reader)
	if err != nil {
		return nil, err
	}
	groups := []ident.Group{{ID: 1, Name: groupName}}
	height, err := enrol.HeightFor(nodeCount)
	if err != nil {
		return nil, err
	}
	keys, err := enrol.NewKeyset(groups, height, rand.Reader)
	if err != nil {
		return nil, err
	}
	return &operator{root: root, keys: keys, file: &enrol.File{Serial: 1, Name: name, Groups: groups}}, nil
}

// seal makes the first key block and signs the network file.
func (o *operator) seal(today clock.Day) error {
	block, err := o.keys.NextBlock(o.root, ident.OperatorOf(o.root.SignKey()), today, nodeCount, nil, rand.Reader)
	if err != nil {
		return err
	}
	o.file.Blocks = []*keyblock.Block{block}
	return o.file.Seal(o.root, o.keys, today, rand.Reader)
}

// certify enrols a node under the next number. All may send FLASH.
func (o *operator) certify(r *enrol.Request, today clock.Day) error {
	if err := r.Verify(ident.Ed25519{}); err != nil {
		return err
	}
	cert := &ident.Certificate{Operator: ident.OperatorOf(o.root.SignKey()), Number: ident.Number(len(o.file.Members) + 1),
		Name: r.Name, Role: r.Role, Rights: ident.MayFlash, Groups: ident.Groups(1), Sign: r.Sign, Box: r.Box, From: today, Until: today + 30}
	cert.Signature = o.root.Sign(cert.SignedBytes())
	o.file.Enrol(cert, r.Package)
	return nil
}

// equip makes the folders of all nodes below dir, enrols them, and lets them
// join. texts are their configurations.
func equip(dir string, texts [nodeCount]string) error {
	o, err := newOperator("Demo Grid")
	if err != nil {
		return err
	}
	now := clock.WallOf(time.Now())
	var secrets [nodeCount]keyslot.Secret
	for i, name := range nodeNames {
		if secrets[i], err = newKeyFile(keyFile(dir, i)); err != nil {
			return err
		}
		r, err := device.Create(filepath.Join(dir, name), device.Setup{Name: name, Role: nodeRoles[i], Config: texts[i],
			Secret: secrets[i], By: "demo", Now: now, Entropy: rand.Reader})
		if err != nil {
			return fmt.Errorf("make %s: %w", name, err)
		}
		if err := o.certify(r, now.Day()); err != nil {
			return fmt.Errorf("enrol %s: %w", name, err)
		}
	}
	if err := o.seal(now.Day()); err != nil {
		return err
	}
	for i, name := range nodeNames {
		d, err := device.Open(filepath.Join(dir, name), secrets[i])
		if err == nil {
			_, err = d.Join(o.file, "demo", now)
		}
		if err != nil {
			return fmt.Errorf("join %s: %w", name, err)
		}
	}
	return nil
}

func keyFile(dir string, node int) string { return filepath.Join(dir, nodeNames[node]+".key") }

func newKeyFile(name string) (keyslot.Secret, error) {
	var key [32]byte
	rand.Read(key[:])
	err := os.WriteFile(name, []byte(hex.EncodeToString(key[:])+"\n"), 0o600)
	return keyslot.KeyFile(name), err
}
