package bench

import (
	crand "crypto/rand"
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

// benchGroup is the group that messages go to.
const benchGroup ident.GroupID = 1

// benchConfig is the configuration of the node: a libp2p link, so that all of
// it is in memory, that meets nobody.
const benchConfig = "listen: 127.0.0.1:0\nlinks:\n  - ip://127.0.0.1:0?mdns=no\n"

// newBenchNode makes and enrols a node as the command line would, with a relay
// and further members of its network that exist only as keys.
func newBenchNode(dir string) (*benchNode, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	n := &benchNode{dir: filepath.Join(dir, "node"), key: filepath.Join(dir, "key")}
	var raw [32]byte
	crand.Read(raw[:]) // never fails: it crashes the process instead
	if err := os.WriteFile(n.key, []byte(hex.EncodeToString(raw[:])+"\n"), 0o600); err != nil {
		return nil, err
	}
	secret, now := keyslot.KeyFile(n.key), clock.WallOf(time.Now())
	request, err := device.Create(n.dir, device.Setup{Name: "bench", Role: "bench", Config: benchConfig, Secret: secret,
		By: "bench", Now: now, Entropy: crand.Reader})
	if err != nil {
		return nil, err
	}
	file, err := n.enrol(request, now.Day())
	if err != nil {
		return nil, err
	}
	if n.device, err = device.Open(n.dir, secret); err != nil {
		return nil, err
	}
	joined, err := n.device.Join(file, "bench", now)
	n.network = joined.Network
	return n, err
}

// enrol makes the network file: the node is number 1, the relay 2, the origins
// follow.
func (n *benchNode) enrol(request *enrol.Request, today clock.Day) (*enrol.File, error) {
	root, err := ident.NewPrivate(crand.Reader)
	if err != nil {
		return nil, err
	}
	requests := []*enrol.Request{request}
	for i := range fillOrigins + 1 {
		p, err := ident.NewPrivate(crand.Reader)
		if err != nil {
			return nil, err
		}
		once, err := enrol.NewPackageKey(crand.Reader)
		if err != nil {
			return nil, err
		}
		r, err := enrol.NewRequest(fmt.Sprintf("other-%d", i), "bench", p, once)
		if err != nil {
			return nil, err
		}
		requests = append(requests, r)
		if i > 0 {
			n.origins = append(n.origins, origin{fillRelay + ident.Number(i), p})
		}
	}
	file := &enrol.File{Serial: 1, Name: "Bench Grid", Groups: []ident.Group{{ID: benchGroup, Name: "all"}}}
	for i, r := range requests {
		c := &ident.Certificate{Operator: ident.OperatorOf(root.SignKey()), Number: ident.Number(i + 1), Name: r.Name, Role: r.Role,
			Rights: ident.MayFlash, Groups: ident.Groups(benchGroup), Sign: r.Sign, Box: r.Box, From: today - 30, Until: today + 30}
		c.Signature = root.Sign(c.SignedBytes())
		file.Enrol(c, r.Package)
	}
	top := ident.Number(len(requests))
	height, err := enrol.HeightFor(int(top))
	if err != nil {
		return nil, err
	}
	keys, err := enrol.NewKeyset(file.Groups, height, crand.Reader)
	if err != nil {
		return nil, err
	}
	block, err := keys.NextBlock(root, ident.OperatorOf(root.SignKey()), today-30, top, nil, crand.Reader)
	if err != nil {
		return nil, err
	}
	file.Blocks = []*keyblock.Block{block}
	return file, file.Seal(root, keys, today-30, crand.Reader)
}
