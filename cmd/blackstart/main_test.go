package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		program:         main,
		"make-network":  makeNetwork,
		"key-of":        keyOf,
		"await":         awaitOutput,
		"await-gone":    awaitGone,
		"await-message": awaitMessage,
		"with-message":  withMessage,
		"air":           air,
		"make-plan":     makePlan,
		"rnodes":        rnodes,
		"hash-of":       hashOf,
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
			e.Setenv("NL", "\n")
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

// awaitOutput is the command await TEXT COMMAND...: it runs a command again and again
// until its output holds a text, and fails after half a minute, or what AWAIT says.
func awaitOutput() {
	until(func() bool {
		out, _ := exec.Command(os.Args[2], os.Args[3:]...).CombinedOutput()
		return bytes.Contains(out, []byte(os.Args[1]))
	})
}

// awaitGone is the command await-gone FILE: it returns once there is no such file.
func awaitGone() {
	until(func() bool {
		_, err := os.Stat(os.Args[1])
		return errors.Is(err, fs.ErrNotExist)
	})
}

func until(condition func() bool) {
	tick := time.NewTicker(200 * time.Millisecond)
	patience, err := time.ParseDuration(os.Getenv("AWAIT"))
	if err != nil {
		patience = 30 * time.Second
	}
	end := time.After(patience)
	for !condition() {
		select {
		case <-tick.C:
		case <-end:
			fmt.Fprintln(os.Stderr, "it did not happen in time")
			os.Exit(1)
		}
	}
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

// makeNetwork is the command make-network AUTHORITY SERIAL WORD...: what
// blackstart-authority does. The same AUTHORITY, a number, has the same root. A word
// is a request; out:REQUEST, whose node is locked out; person:NAME:ROLE:RIGHTS:FILE; or
// new-tree, which moves all others to a new generation of the key tree.
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
	plan := &testPlan{file: f, root: root, seed: seed}
	for _, word := range requests {
		if err := plan.add(word); err != nil {
			return nil, err
		}
	}
	return plan.seal()
}

// testPlan is a network file that is being made.
type testPlan struct {
	file    *enrol.File
	root    *ident.Private
	seed    int
	top     ident.Number // the highest number handed out
	newTree bool
}

func (p *testPlan) add(word string) error {
	switch kind, rest, _ := strings.Cut(word, ":"); kind {
	case "person":
		return addPerson(p.file, p.root, p.seed, strings.Split(rest, ":"))
	case "new-tree":
		p.newTree = true
		return nil
	case "out":
		p.top++
		p.file.Revoked = append(p.file.Revoked, p.top)
		return nil
	}
	text, err := os.ReadFile(word)
	if err != nil {
		return err
	}
	r, err := enrol.ParseRequest(text)
	if err != nil {
		return err
	}
	p.top++
	cert := &ident.Certificate{Operator: ident.OperatorOf(p.root.SignKey()), Number: p.top, Name: r.Name,
		Role: r.Role, Rights: ident.MayFlash | ident.MaySuspend, Groups: ident.Groups(1), Sign: r.Sign, Box: r.Box, From: 20000, Until: 30000}
	if p.top > 1 {
		cert.Rights = 0
	}
	cert.Signature = p.root.Sign(cert.SignedBytes())
	to := r.Package
	if p.newTree {
		to = r.Box // the one-time key was used and erased
	}
	p.file.Enrol(cert, to)
	return nil
}

func (p *testPlan) seal() ([]byte, error) {
	const long = 20000 // a day before any test
	operator := ident.OperatorOf(p.root.SignKey())
	keys, err := enrol.NewKeyset(p.file.Groups, 4, repeated(p.seed))
	if err != nil {
		return nil, err
	}
	next := func() error {
		block, err := keys.NextBlock(p.root, operator, long, p.top, p.file.Revoked, repeated(p.seed))
		p.file.Blocks = append(p.file.Blocks, block)
		return err
	}
	if !p.newTree {
		err = next()
	} else {
		revoked := p.file.Revoked
		p.file.Revoked = nil // not by the first block
		err = next()
		p.file.Revoked = revoked
		if err == nil {
			err = keys.NextTree(4, repeated(p.seed+50))
		}
		if err == nil {
			err = next()
		}
	}
	if err != nil {
		return nil, err
	}
	err = p.file.Seal(p.root, keys, long, repeated(p.seed))
	return p.file.Text(), err
}
