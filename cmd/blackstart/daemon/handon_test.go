package daemon

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/p2p"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

const now = 1_760_000_000_000

// office makes network files of one node.
type office struct {
	t       *testing.T
	root    *ident.Private
	keys    *enrol.Keyset
	block   *keyblock.Block
	request *enrol.Request
	groups  []ident.Group // that the node is in
}

func newOffice(t *testing.T, r *enrol.Request) *office {
	t.Helper()
	o := &office{t: t, request: r}
	var err error
	if o.root, err = ident.NewPrivate(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if o.keys, err = enrol.NewKeyset(nil, 4, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if o.block, err = o.keys.NextBlock(o.root, ident.OperatorOf(o.root.SignKey()), 1, 1, nil, rand.Reader); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) file(serial uint64, revoked ...ident.Number) *enrol.File {
	o.t.Helper()
	f := &enrol.File{Serial: serial, Name: "North", Revoked: revoked, Blocks: []*keyblock.Block{o.block}, Groups: o.groups}
	if revoked == nil {
		cert := &ident.Certificate{Operator: ident.OperatorOf(o.root.SignKey()), Number: 1, Name: "crew-1",
			Sign: o.request.Sign, Box: o.request.Box, From: 1, Until: 2}
		for _, g := range o.groups {
			cert.Groups = cert.Groups.With(g.ID)
		}
		cert.Signature = o.root.Sign(cert.SignedBytes())
		f.Enrol(cert, o.request.Package)
	}
	if err := f.Seal(o.root, o.keys, 1, rand.Reader); err != nil {
		o.t.Fatal(err)
	}
	return f
}

// joined returns the parts of a daemon that handOn needs, of a node that holds serial 5.
func joined(t *testing.T, log *bytes.Buffer) (*daemon, *office) {
	t.Helper()
	dir, secret := filepath.Join(t.TempDir(), "node"), keyslot.Passphrase("correct horse")
	request, err := device.Create(dir, device.Setup{Name: "crew-1", Config: "links: []\n", Secret: secret, By: "me", Now: now, Entropy: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, request)
	dev, err := device.Open(dir, secret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dev.Join(o.file(5), "me", now); err != nil {
		t.Fatal(err)
	}
	d := &daemon{Options: Options{Device: dev, Log: slog.New(slog.NewTextHandler(log, nil))}}
	d.handOn = &handOn{d: d}
	network, err := dev.Network()
	if err == nil {
		d.setTrust(dev.Trust(network))
		d.store, err = dev.OpenStore(nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.store.Close() })
	if err := errors.Join(d.openVault(network), d.handOn.hold(network)); err != nil {
		t.Fatal(err)
	}
	return d, o
}

// Each reason is logged once, whoever repeats it; what the root signed and must not be
// is an alarm; and the newer file is on the disk.
func TestTakeFromNeighbours(t *testing.T) {
	var log bytes.Buffer
	d, o := joined(t, &log)
	h := d.handOn
	other, revoked := o.file(5), o.file(7, 1)
	changed := o.file(6)
	changed.Name = "South"
	for name, c := range map[string]struct {
		data   []byte
		want   error
		alarms []string
	}{
		"garbage":        {[]byte{9}, enrol.ErrVersion, nil},
		"another root":   {newOffice(t, o.request).file(6).Encode(), enrol.ErrOtherRoot, nil},
		"older":          {o.file(4).Encode(), enrol.ErrOlder, nil},
		"changed":        {changed.Encode(), enrol.ErrSignature, nil},
		"conflict":       {other.Encode(), enrol.ErrConflict, []string{mesh.AlarmFiles}},
		"we are revoked": {revoked.Encode(), enrol.ErrRevoked, []string{mesh.AlarmRevoked}},
	} {
		t.Run(name, func(t *testing.T) {
			log.Reset()
			h.alarms = nil
			for range 3 {
				if err := h.Take(2, c.data); !errors.Is(err, c.want) || errors.Is(err, p2p.ErrNotNow) {
					t.Errorf("%v, want %v", err, c.want)
				}
			}
			if n := strings.Count(log.String(), "was not taken"); n != 1 {
				t.Errorf("logged %d times:\n%s", n, log.String())
			}
			var alarms []string
			for _, a := range h.alarms {
				alarms = append(alarms, a.What)
			}
			if alarms = slices.Compact(alarms); !slices.Equal(alarms, c.alarms) {
				t.Errorf("alarms %q", alarms)
			}
		})
	}
	if got := h.Edition(2).Serial; got != 5 {
		t.Errorf("the node says that it holds serial %d", got)
	}
	next := o.file(8)
	if err := h.Take(2, next.WithoutPackages().Encode()); err != nil {
		t.Fatal(err)
	}
	n, err := d.Device.Network()
	if err != nil || n.Held.Digest != next.Digest() {
		t.Errorf("the folder holds serial %d, %v", n.Held.Serial, err)
	}
	if got := h.by(n); !strings.HasSuffix(got, "serial 8, as node 1, handed on by node 2") {
		t.Errorf("the audit record would say %q", got)
	}
}

// What was refused takes a bounded room, however many kinds of it there are.
func TestRefusalsAreBounded(t *testing.T) {
	var log bytes.Buffer
	h := &handOn{d: &daemon{Options: Options{Log: slog.New(slog.NewTextHandler(&log, nil))}}}
	for i := range 100 {
		h.refuse(2, [32]byte{byte(i)}, fmt.Errorf("%w: %d", enrol.ErrSignature, i))
	}
	if len(h.refusals) != maxRefusals {
		t.Errorf("%d are remembered", len(h.refusals))
	}
}

// Only who has its keys gives up its package.
func TestToldDropsPackages(t *testing.T) {
	h := &handOn{edition: p2p.Edition{Serial: 5, Digest: [32]byte{5}}, keeps: map[ident.Number]bool{2: true, 3: true, 4: true}}
	h.Told(2, p2p.Edition{Serial: 5, Digest: [32]byte{5}})
	h.Told(3, p2p.Edition{Serial: 5, Digest: [32]byte{5}, Lacks: true})
	h.Told(4, p2p.Edition{Serial: 4, Digest: [32]byte{4}})
	h.Told(7, p2p.Edition{Serial: 5, Digest: [32]byte{5}})
	if !slices.Equal(h.gone, []ident.Number{2}) || h.Edition(2).Keeps || !h.Edition(3).Keeps || !h.Edition(4).Keeps {
		t.Errorf("gone %v, kept %v", h.gone, h.keeps)
	}
}

// The node took a file, and then the disk failed to tell whose packages it keeps: the
// neighbours hear of the file once the disk does.
func TestHoldIsRepeated(t *testing.T) {
	d, o := joined(t, new(bytes.Buffer))
	if err := d.handOn.Take(2, o.file(6).Encode()); err != nil {
		t.Fatal(err)
	}
	n, err := d.Device.Network()
	if err != nil {
		t.Fatal(err)
	}
	d.held = n.Held // there is no node that could take it again
	others := filepath.Join(d.Device.Dir, "others")
	if err := os.WriteFile(others, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.reload(t.Context()); err == nil {
		t.Error("what is kept is damaged, and nothing was said")
	}
	if err := os.Remove(others); err != nil {
		t.Fatal(err)
	}
	if err := d.reload(t.Context()); err != nil || d.handOn.Edition(2).Serial != 6 {
		t.Errorf("the neighbours are told of serial %d, %v", d.handOn.Edition(2).Serial, err)
	}
}

// The disk failed to tell whose packages are kept, and meanwhile a person joins with
// the same file and what the node lacks: it gets its keys.
func TestHoldKeepsNoKeysWaiting(t *testing.T) {
	d, o := joined(t, new(bytes.Buffer))
	var err error
	if d.node, err = d.start(); err != nil {
		t.Fatal(err)
	}
	defer d.node.Close()
	o.keys.Groups[1] = seal.Secret{71}
	o.groups = []ident.Group{{ID: 1, Name: "North"}}
	f := o.file(6)
	if err := d.handOn.Take(2, f.WithoutPackages().Encode()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.Device.Dir, "others"), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.reload(t.Context()); err == nil {
		t.Error("what is kept is damaged, and nothing was said")
	}
	if _, err := d.Device.Join(f, "me", now); err != nil {
		t.Fatal(err)
	}
	if err := d.reload(t.Context()); err != nil || d.pending() || d.handOn.Edition(2).Serial != 6 {
		t.Errorf("%v; keys still wait: %v; the neighbours are told of serial %d", err, d.pending(), d.handOn.Edition(2).Serial)
	}
}
