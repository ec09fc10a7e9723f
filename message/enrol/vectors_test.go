package enrol

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

var rewrite = flag.Bool("rewrite", false, "rewrite testdata/vectors; read the difference before you commit it")

const vectorDir = "testdata/vectors"

// class names an error as the vectors do.
func class(err error) string {
	for name, target := range map[string]error{
		"truncated": ErrTruncated, "oversized": ErrOversized, "version": ErrVersion, "not-canonical": ErrNotCanonical,
		"name": ErrName, "box-key": ErrBoxKey, "signature": ErrSignature, "not-member": ErrNotMember, "package": ErrPackage,
		"other-root": ErrOtherRoot, "older": ErrOlder, "conflict": ErrConflict,
	} {
		if errors.Is(err, target) {
			return name
		}
	}
	if err == nil {
		return "ok"
	}
	return ""
}

func TestVectors(t *testing.T) {
	if *rewrite {
		vectors.Rewrite(t, vectorDir, makeVectors(t))
	}
	for _, f := range vectors.Read(t, vectorDir) {
		t.Run(f.Name, func(t *testing.T) {
			said, err := readVector(t, f)
			if got, want := class(err), f.Get(t, "expect"); got != want {
				t.Fatalf("class %q (%v), want %q", got, err, want)
			}
			if err == nil && said != f.Get(t, "says") {
				t.Errorf("got  %s\nwant %s", said, f.Get(t, "says"))
			}
		})
	}
}

// readVector does what a node or an authority does with the bytes, and
// describes what it learned.
func readVector(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	if f.Get(t, "kind") == "request" {
		r, err := DecodeRequest(f.Data)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("name %q role %q sign %x box %x code %s", r.Name, r.Role, r.Sign[:], r.Box[:], r.CheckCode()),
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
	var held *Held
	if names := f.All("held-serial"); len(names) > 0 {
		held = &Held{Root: newWorld(t).root.SignKey()}
		if _, err := fmt.Sscan(names[0], &held.Serial); err != nil {
			t.Fatal(err)
		}
	}
	n, err := Open(file, node, ident.Ed25519{}, held)
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("network %q serial %d node %v root %x code %s secret %x", n.Name, n.Held.Serial, n.Self,
		n.Held.Root[:], RootCode(n.Held.Root), n.Secrets.Network[:])
	for _, g := range n.Roster.Groups() {
		secret := n.Secrets.Groups[g.ID]
		said += fmt.Sprintf(" group %d %q %x", g.ID, g.Name, secret[:])
	}
	return said, nil
}

// makeVectors makes each case from a good one by one change, and signs it again
// unless the signature is the fault.
func makeVectors(t *testing.T) []vectors.File {
	w := newWorld(t)
	var files []vectors.File
	add := func(name, kind, comment, expect string, data []byte, more ...vectors.Field) {
		f := vectors.File{Name: kind + "-" + name, Data: data, Fields: append([]vectors.Field{
			{Key: "comment", Value: comment}, {Key: "kind", Value: kind}, {Key: "expect", Value: expect}}, more...)}
		if expect == "ok" {
			said, err := readVector(t, f)
			if err != nil {
				t.Fatal(err)
			}
			f.Fields = append(f.Fields, vectors.Field{Key: "says", Value: said})
		}
		files = append(files, f)
	}
	for _, c := range requestCases(t, w) {
		add(c.name, "request", c.comment, c.expect, c.data)
	}
	seed := vectors.Field{Key: "node-seed", Value: hex.EncodeToString(w.nodes[0].Seed())}
	for _, c := range fileCases(t, w) {
		add(c.name, "network", c.comment, c.expect, c.data, append([]vectors.Field{seed}, c.more...)...)
	}
	return files
}

type vectorCase struct {
	name, comment, expect string
	data                  []byte
	more                  []vectors.Field
}

func requestCases(t *testing.T, w *world) []vectorCase {
	good, err := NewRequest("crew-1", "field crew", w.nodes[0])
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(r *Request)) []byte {
		r := *good
		change(&r)
		r.Signature = w.nodes[0].Sign(r.SignedBytes())
		return r.Encode()
	}
	plain := good.Encode()
	return []vectorCase{
		{name: "ok", comment: "a request", expect: "ok", data: plain},
		{name: "no-role", comment: "the role may be empty", expect: "ok", data: changed(func(r *Request) { r.Role = "" })},
		{name: "truncated", comment: "the last byte is missing", expect: "truncated", data: plain[:len(plain)-1]},
		{name: "oversized", comment: "one byte more", expect: "not-canonical", data: append(plain[:len(plain):len(plain)], 0)},
		{name: "version-2", comment: "version 2", expect: "version", data: append([]byte{2}, plain[1:]...)},
		{name: "name-empty", comment: "no name", expect: "name", data: changed(func(r *Request) { r.Name = "" })},
		{name: "name-number", comment: "a name of digits only", expect: "name", data: changed(func(r *Request) { r.Name = "17" })},
		{name: "name-long", comment: "a name of 33 bytes", expect: "name", data: changed(func(r *Request) { r.Name = "abcdefghijklmnopqrstuvwxyzabcdefg" })},
		{name: "box-key-low-order", comment: "a box key of low order", expect: "box-key", data: changed(func(r *Request) { r.Box = ident.BoxKey{1} })},
		{name: "signature-flipped", comment: "one bit of the signature", expect: "signature", data: append(plain[:len(plain)-1:len(plain)-1], plain[len(plain)-1]^1)},
	}
}

func fileCases(t *testing.T, w *world) []vectorCase {
	changed := func(change func(f *File)) []byte {
		f := w.file(t, 7)
		change(f)
		f.Signature = w.root.Sign(f.SignedBytes())
		return f.Encode()
	}
	plain := changed(func(*File) {})
	held := func(serial string) []vectors.Field { return []vectors.Field{{Key: "held-serial", Value: serial}} }
	return []vectorCase{
		{name: "ok", comment: "a first join", expect: "ok", data: plain},
		{name: "newer", comment: "a newer file than the one held", expect: "ok", data: plain, more: held("6")},
		{name: "older", comment: "an older file than the one held", expect: "older", data: plain, more: held("8")},
		{name: "conflict", comment: "another file with the serial of the one held", expect: "conflict", data: plain, more: held("7")},
		{name: "truncated", comment: "the last byte is missing", expect: "truncated", data: plain[:len(plain)-1]},
		{name: "oversized", comment: "one byte more", expect: "not-canonical", data: append(plain[:len(plain):len(plain)], 0)},
		{name: "version-2", comment: "version 2", expect: "version", data: append([]byte{2}, plain[1:]...)},
		{name: "serial-0", comment: "serial 0", expect: "not-canonical", data: changed(func(f *File) { f.Serial = 0 })},
		{name: "groups-descend", comment: "groups 2, 1", expect: "not-canonical", data: changed(func(f *File) { f.Groups[0], f.Groups[1] = f.Groups[1], f.Groups[0] })},
		{name: "nodes-descend", comment: "nodes 2, 1, 3", expect: "not-canonical", data: changed(func(f *File) {
			f.Certificates[0], f.Certificates[1] = f.Certificates[1], f.Certificates[0]
		})},
		{name: "not-member", comment: "without the node", expect: "not-member", data: changed(func(f *File) {
			f.Certificates, f.Packages = f.Certificates[1:], f.Packages[1:]
		})},
		{name: "package-of-another", comment: "the package of node 2 beside node 1", expect: "package", data: changed(func(f *File) { f.Packages[0] = f.Packages[1] })},
		{name: "package-flipped", comment: "one bit of the package", expect: "package", data: changed(func(f *File) { f.Packages[0][40] ^= 1 })},
		{name: "certificate-changed", comment: "a right more than the root certified", expect: "signature", data: changed(func(f *File) {
			f.Certificates[1].Rights |= ident.MaySuspend
		})},
		{name: "signature-flipped", comment: "one bit of the signature", expect: "signature", data: append(plain[:len(plain)-1:len(plain)-1], plain[len(plain)-1]^1)},
	}
}
