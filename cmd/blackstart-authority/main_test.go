package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		program:        main,
		"make-request": makeRequest,
		"open-network": openNetwork,
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", RequireExplicitExec: true, RequireUniqueNames: true})
}

// device returns the keys of a test's node: the same for the same name.
func device(name string) *ident.Private {
	var seed [32]byte
	copy(seed[:], name)
	p, err := ident.NewPrivate(rand.NewChaCha8(seed))
	if err != nil {
		panic(err)
	}
	return p
}

// packageKey returns the package key of a test's node: the same for the same name.
func packageKey(name string) *enrol.PackageKey {
	var seed [32]byte
	copy(seed[:], "package key of "+name)
	k, err := enrol.NewPackageKey(rand.NewChaCha8(seed))
	if err != nil {
		panic(err)
	}
	return k
}

// makeRequest is the command make-request NAME ROLE [again]: what blackstart init
// does, and blackstart request --renew.
func makeRequest() {
	r, err := enrol.NewRequest(os.Args[1], os.Args[2], device(os.Args[1]), packageKey(strings.Join(append(os.Args[3:], os.Args[1]), " ")))
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(r.Text())
}

// openNetwork is the command open-network FILE NAME [again]: what blackstart join does.
func openNetwork() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	f, err := enrol.ParseFile(text)
	if err != nil {
		panic(err)
	}
	key := packageKey(strings.Join(append(os.Args[3:], os.Args[2]), " "))
	n, err := enrol.Open(f, device(os.Args[2]), ident.Ed25519{}, nil, key)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	keys := map[[2]bool]string{{true, true}: "keys", {true, false}: "keys under the lasting key"}[[2]bool{n.Secrets.HaveKeys(), n.Secrets.Once}]
	if keys == "" {
		keys = "no keys"
	}
	fmt.Printf("%s: node %v of %d, serial %d, %d groups, %s\n", n.Name, n.Self, len(n.Roster.Numbers()), n.Held.Serial, len(n.Secrets.Groups), keys)
}

// Every command that a person can give shows examples, and every one that changes
// something can be tried without changing anything.
func TestHelp(t *testing.T) {
	parser, err := kong.New(&commands{}, kong.Name(program))
	if err != nil {
		t.Fatal(err)
	}
	reads := []string{"list", "network", "show", "check"}
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		for _, child := range n.Children {
			walk(child)
		}
		if n.Type != kong.CommandNode || !n.Leaf() {
			return
		}
		if n.Help == "" || !strings.Contains(n.Detail, "Examples:") {
			t.Errorf("%s: help %q, detail without examples", n.FullPath(), n.Help)
		}
		dry := slices.ContainsFunc(n.Flags, func(f *kong.Flag) bool { return f.Name == "dry-run" })
		json := slices.ContainsFunc(n.Flags, func(f *kong.Flag) bool { return f.Name == "json" })
		if dry == slices.Contains(reads, n.Name) || !json {
			t.Errorf("%s: --dry-run %v, --json %v", n.FullPath(), dry, json)
		}
	}
	walk(parser.Model.Node)
}
