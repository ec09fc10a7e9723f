package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// renewed writes the fresh request of a device (blackstart request --renew).
func (b *bench) renewed(name string) {
	b.t.Helper()
	r, err := enrol.NewRequest(name, "", device(name), packageKey("again "+name))
	if err != nil {
		b.t.Fatal(err)
	}
	b.write(name+".again", string(r.Text()))
}

// keys tells what a device finds in the present network file, with each package key
// that it may have: "once", "lasting" or "none".
func (b *bench) keys(name string, once ...*enrol.PackageKey) string {
	b.t.Helper()
	f, err := enrol.ParseFile([]byte(b.read("north/network")))
	if err != nil {
		b.t.Fatal(err)
	}
	n, err := enrol.Open(f, device(name), ident.Ed25519{}, nil, once...)
	switch {
	case err != nil:
		b.t.Fatal(err)
	case n.Secrets.Once:
		return "once"
	case n.Secrets.HaveKeys():
		return "lasting"
	}
	return "none"
}

func (b *bench) wantKeys(when, name, want string, once ...*enrol.PackageKey) {
	b.t.Helper()
	if got := b.keys(name, once...); got != want {
		b.t.Errorf("%s: %s finds keys %q, want %q", when, name, got, want)
	}
}

// Who recorded each file and takes the device later, with its lasting keys and its
// one-time key erased, finds no keys in any of them; and who joins late does.
func TestKeysStayForAMonth(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	key := packageKey("crew-1")
	b.wantKeys("enrolled", "crew-1", "once", key)
	b.wantKeys("captured", "crew-1", "none")
	b.now = b.now.AddDate(0, 0, packageDays)
	b.do("rotate", "north")
	b.wantKeys("after a month and a rotation", "crew-1", "once", key)
	b.wantKeys("captured then", "crew-1", "none")
	b.now = b.now.AddDate(0, 0, 1)
	b.enrol("crew-2")
	b.wantKeys("a day later", "crew-1", "none", key)
	b.wantKeys("a day later", "crew-2", "once", packageKey("crew-2"))
	n, err := b.join("crew-1", nil)
	if err != nil || !errors.Is(n.Secrets.NeedKeys(), enrol.ErrNoKeys) || len(n.Secrets.Groups) != 2 {
		t.Errorf("the late node: %+v, %v", n, err)
	}
	b.do("joined", "north", "crew-2")
	b.wantKeys("said to have joined", "crew-2", "none", packageKey("crew-2"))
	b.refused(console.Usage, "2 is named twice", "joined", "north", "crew-2", "2")
}

func TestKeysAgain(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.enrol("crew-2")
	b.do("joined", "north", "1", "2")
	b.renewed("crew-1")
	b.do("enrol", "north", "@crew-1.again", "--renew", "--json")
	if o := b.outcome(); len(o.Remarks) != 0 || !o.Enrolled[0].Renewed {
		t.Errorf("renewed: %+v", o)
	}
	b.wantKeys("renewed", "crew-1", "once", packageKey("again crew-1"))
	b.wantKeys("renewed, with the key before", "crew-1", "none", packageKey("crew-1"))
	b.do("package", "north", "crew-2", "--json")
	if o := b.outcome(); len(o.Remarks) != 1 {
		t.Errorf("sealed to the lasting key: %+v", o)
	}
	b.wantKeys("to the lasting key", "crew-2", "lasting")
	b.do("enrol", "north", "@crew-1.again", "--renew", "--json")
	if o := b.outcome(); len(o.Remarks) != 1 {
		t.Errorf("a request that was taken before: %+v", o)
	}
	b.do("revoke", "north", "crew-1")
	b.refused(console.Usage, "was locked out", "package", "north", "crew-1")
}

// A new generation brings keys to everybody: under a one-time key where a fresh
// request is at hand, else under the lasting key; and to those who have not joined
// yet under the key of their first request too.
func TestKeysOfAGeneration(t *testing.T) {
	b := newBench(t)
	for i := range 3 {
		b.enrol(fmt.Sprintf("crew-%d", i+1))
	}
	b.do("joined", "north", "1", "2")
	b.renewed("crew-1")
	b.refused(console.Usage, "was taken before", "generation", "north", "@crew-1")
	b.do("generation", "north", "@crew-1.again", "--json")
	if o := b.outcome(); !slices.ContainsFunc(o.Remarks, func(s string) bool { return strings.HasPrefix(s, "the keys of 2 nodes are sealed to lasting keys") }) {
		t.Errorf("the cost is not told: %q", o.Remarks)
	}
	b.wantKeys("fresh request", "crew-1", "once", packageKey("again crew-1"))
	b.wantKeys("fresh request, captured", "crew-1", "none")
	b.wantKeys("without", "crew-2", "lasting")
	b.wantKeys("not joined yet", "crew-3", "once", packageKey("crew-3"))
	b.wantKeys("joined and not said so", "crew-3", "lasting")
	if n := b.mustJoin("crew-2", nil); n.Secrets.Path.Generation != 2 {
		t.Errorf("generation %d", n.Secrets.Path.Generation)
	}
}
