package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		program:         main,
		"make-network":  makeNetwork,
		"key-of":        keyOf,
		"await-message": awaitMessage,
		"with-message":  withMessage,
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			port, err := freePort()
			e.Setenv("PORT", strconv.Itoa(port))
			return err
		},
	})
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// repeated is entropy that is the same each time: the same authority.
type repeated byte

func (r repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

// keyOf is the command key-of LETTER: a key command that puts out the same key for
// the same letter, and fails without one.
func keyOf() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "no such credential")
		os.Exit(1)
	}
	fmt.Print(strings.Repeat(os.Args[1], 32))
}

// testPIN opens the files of all persons of makeNetwork.
const testPIN = "48151623"

// addPerson enrols a person: name, role, rights as a number, and the file to write.
func addPerson(f *enrol.File, root *ident.Private, seed int, p []string) error {
	rights, err := strconv.Atoi(p[2])
	if err != nil {
		return err
	}
	number := len(f.Persons) + 1
	key, err := ident.NewPrivate(repeated(seed + 100 + number))
	if err != nil {
		return err
	}
	c := &ident.Credential{Operator: ident.OperatorOf(root.SignKey()), Person: ident.PersonNumber(number), Name: p[0], Role: p[1],
		Rights: ident.Rights(rights), Key: key.SignKey(), From: 20000, Until: 30000}
	c.Signature = root.Sign(c.SignedBytes())
	f.Persons = append(f.Persons, c)
	file, err := enrol.NewPersonFile(c, key, []byte(testPIN), repeated(seed))
	if err != nil {
		return err
	}
	return os.WriteFile(p[3], file.Text(), 0o600)
}

// makeNetwork is the command make-network AUTHORITY SERIAL REQUEST...: what
// blackstart-authority does. The same AUTHORITY, a number, has the same root.
func makeNetwork() {
	file, err := networkFile(os.Args[1], os.Args[2], os.Args[3:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(file)
}

func networkFile(authority, serial string, requests []string) ([]byte, error) {
	seed, err := strconv.Atoi(authority)
	if err != nil {
		return nil, err
	}
	root, err := ident.NewPrivate(repeated(seed))
	if err != nil {
		return nil, err
	}
	f := &enrol.File{Name: "North Grid", Groups: []ident.Group{{ID: 1, Name: "all"}}}
	if f.Serial, err = strconv.ParseUint(serial, 10, 64); err != nil {
		return nil, err
	}
	var nodes []string
	for _, name := range requests {
		if rest, ok := strings.CutPrefix(name, "person:"); ok {
			if err := addPerson(f, root, seed, strings.Split(rest, ":")); err != nil {
				return nil, err
			}
			continue
		}
		nodes = append(nodes, name)
	}
	requests = nodes
	for i, name := range requests {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		r, err := enrol.ParseRequest(text)
		if err != nil {
			return nil, err
		}
		cert := &ident.Certificate{Operator: ident.OperatorOf(root.SignKey()), Number: ident.Number(i + 1), Name: r.Name,
			Role: r.Role, Rights: ident.MayFlash | ident.MaySuspend, Groups: ident.Groups(1), Sign: r.Sign, Box: r.Box, From: 20000, Until: 30000}
		if i > 0 {
			cert.Rights = 0
		}
		cert.Signature = root.Sign(cert.SignedBytes())
		f.Enrol(cert, r.Package)
	}
	const long = 20000 // a day before any test
	keys, err := enrol.NewKeyset(f.Groups, 4, repeated(seed))
	if err != nil {
		return nil, err
	}
	block, err := keys.NextBlock(root, ident.OperatorOf(root.SignKey()), long, ident.Number(len(requests)), nil, repeated(seed))
	if err != nil {
		return nil, err
	}
	f.Blocks = []*keyblock.Block{block}
	err = f.Seal(root, keys, long, repeated(seed))
	return f.Text(), err
}
