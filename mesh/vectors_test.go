package mesh

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

const (
	vectorDir             = "testdata/vectors"
	vectorDay   clock.Day = 20416
	vectorNodes           = 3
)

var errUnauthentic = errors.New("it is not the proof of that")

// TestProofVectors holds what nodes prove to each other in frames to the files
// in testdata/vectors: whole bodies of Accept and Challenge items.
func TestProofVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: vectors.Classes{"unauthentic": errUnauthentic}, Make: makeProofVectors,
		Read: func(t *testing.T, f vectors.File) ([]vectors.Field, error) { return nil, readProof(t, f) }}.Hold(t)
}

// vectorNode returns the part of a node that proves, with the seeds n, n, ... for
// node n.
func vectorNode(t *testing.T, self ident.Number) *Node {
	t.Helper()
	var privates [vectorNodes + 1]*ident.Private
	var certs []*ident.Certificate
	for i := 1; i <= vectorNodes; i++ {
		var err error
		if privates[i], err = ident.ParsePrivate(bytes.Repeat([]byte{byte(i)}, ident.SeedSize)); err != nil {
			t.Fatal(err)
		}
		certs = append(certs, &ident.Certificate{Number: ident.Number(i), Name: fmt.Sprintf("n%d", i),
			Sign: privates[i].SignKey(), Box: privates[i].BoxKey(), Until: 65535})
	}
	roster, err := ident.NewRoster(ident.OperatorID{}, ident.SignKey{}, nil, certs)
	if err != nil {
		t.Fatal(err)
	}
	return &Node{self: self, keys: seal.NewKeys(self, privates[self], roster, seal.Secrets{}), own: ownKey(privates[self])}
}

// readProof does with an item what the node "to" does, which hears it of "by".
func readProof(t *testing.T, f vectors.File) error {
	t.Helper()
	number := func(key string) (n ident.Number) {
		if _, err := fmt.Sscan(f.Get(t, key), &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	by, to := number("by"), number("to")
	n := vectorNode(t, to)
	var want, got [8]byte
	var err error
	switch kind := f.Get(t, "kind"); kind {
	case "accept":
		acc, decodeErr := frame.DecodeAccept(f.Data, vectorDay)
		if decodeErr != nil || acc.To != to {
			t.Fatal(decodeErr, acc)
		}
		hashes := sha256.New()
		for _, line := range f.All("hash") {
			hash, err := hex.DecodeString(line)
			if err != nil {
				t.Fatal(err)
			}
			hashes.Write(hash)
		}
		got = acc.MAC
		want, err = n.acceptMAC(by, by, to, acc.IDs, hashes.Sum(nil))
	case "echo":
		_, e, decodeErr := frame.DecodeChallenge(f.Data)
		nonce, hexErr := hex.DecodeString(f.Get(t, "nonce"))
		if decodeErr != nil || hexErr != nil || e == nil || e.To != to {
			t.Fatal(decodeErr, hexErr, e)
		}
		got = e.MAC
		want, err = n.echoMAC(by, to, [4]byte(nonce))
	case "delivered":
		list, decodeErr := bundle.DecodeReceipts(f.Data, vectorDay)
		hash, hexErr := hex.DecodeString(f.Get(t, "hash"))
		if decodeErr != nil || hexErr != nil || len(list) != 1 {
			t.Fatal(decodeErr, hexErr, list)
		}
		if !n.means(by, list[0], BundleHash(hash)) {
			return errUnauthentic
		}
	default:
		t.Fatalf("kind %q", kind)
	}
	switch {
	case err != nil:
		t.Fatal(err)
	case got != want:
		return errUnauthentic
	}
	return nil
}

// makeProofVectors: what is wrong was right between others, or about something else.
func makeProofVectors(t *testing.T) []vectors.File {
	var files []vectors.File
	add := func(kind, name, expect, comment string, by, to ident.Number, data []byte, more ...vectors.Field) {
		f := vectors.File{Name: kind + "-" + name, Data: data, Fields: []vectors.Field{{Key: "comment", Value: comment}, {Key: "kind", Value: kind},
			{Key: "expect", Value: expect}, {Key: "today", Value: fmt.Sprint(int(vectorDay))}}}
		for i := 1; i <= vectorNodes; i++ {
			f.Fields = append(f.Fields, vectors.Field{Key: "node", Value: fmt.Sprintf("%d %x", i, bytes.Repeat([]byte{byte(i)}, ident.SeedSize))})
		}
		f.Fields = append(f.Fields, vectors.Field{Key: "by", Value: by.String()}, vectors.Field{Key: "to", Value: to.String()})
		f.Fields = append(f.Fields, more...)
		files = append(files, f)
	}
	ids := []bundle.ID{{Origin: 3, Day: vectorDay - 1, Seq: 5}, {Origin: 3, Day: vectorDay, Seq: 0}}
	hashes := [][32]byte{sha256.Sum256([]byte("a bundle")), sha256.Sum256([]byte("another"))}
	hashLines := func(order ...int) (lines []vectors.Field) {
		for _, i := range order {
			lines = append(lines, vectors.Field{Key: "hash", Value: fmt.Sprintf("%x", hashes[i])})
		}
		return lines
	}
	accept := func(by, to, key ident.Number, ids []bundle.ID) []byte {
		all := sha256.New()
		for i := range ids {
			all.Write(hashes[i][:])
		}
		mac, err := vectorNode(t, key).acceptMAC(by+to-key, by, to, ids, all.Sum(nil))
		if err != nil {
			t.Fatal(err)
		}
		return frame.Accept{To: to, MAC: mac, IDs: ids}.Append(nil)
	}
	add("accept", "ok", "ok", "node 2 took two bundles of node 3 over from node 1", 2, 1, accept(2, 1, 2, ids), hashLines(0, 1)...)
	add("accept", "ok-one", "ok", "one bundle", 2, 1, accept(2, 1, 2, ids[:1]), hashLines(0)...)
	add("accept", "other-bundle", "unauthentic", "another bundle of the same number", 2, 1, accept(2, 1, 2, ids[:1]), hashLines(1)...)
	add("accept", "hashes-swapped", "unauthentic", "the hashes in another order than the ids", 2, 1, accept(2, 1, 2, ids), hashLines(1, 0)...)
	back := accept(1, 2, 1, ids)
	add("accept", "turned-back", "unauthentic", "what node 1 said to node 2, sent back to it", 2, 1, append([]byte{0, 1}, back[2:]...), hashLines(0, 1)...)
	add("accept", "other-node", "unauthentic", "node 3 in the name of node 2", 2, 1, accept(3, 1, 3, ids), hashLines(0, 1)...)

	delivered := func(by, to, key ident.Number, hash [32]byte) []byte {
		id := bundle.ID{Origin: to, Day: vectorDay, Seq: 7}
		check, err := vectorNode(t, key).receiptCheck(by+to-key, by, id, hash)
		if err != nil {
			t.Fatal(err)
		}
		return bundle.AppendReceipts(nil, []bundle.Receipt{{ID: id, Check: check}})
	}
	add("delivered", "ok", "ok", "node 2 delivered a bundle of node 1 to a group", 2, 1, delivered(2, 1, 2, hashes[0]), hashLines(0)...)
	add("delivered", "other-bundle", "unauthentic", "another bundle of the same number", 2, 1, delivered(2, 1, 2, hashes[0]), hashLines(1)...)
	add("delivered", "other-node", "unauthentic", "node 3 in the name of node 2", 2, 1, delivered(3, 1, 3, hashes[0]), hashLines(0)...)

	echo := func(by, to, key ident.Number) []byte {
		mac, err := vectorNode(t, key).echoMAC(by, to, [4]byte{1, 2, 3, 4})
		if err != nil {
			t.Fatal(err)
		}
		return frame.Echo{To: to, MAC: mac}.Append(nil)
	}
	nonce := func(s string) vectors.Field { return vectors.Field{Key: "nonce", Value: s} }
	add("echo", "ok", "ok", "node 2 echoes a challenge of node 1", 2, 1, echo(2, 1, 2), nonce("01020304"))
	add("echo", "ok-own", "ok", "a second machine echoes a challenge to its own number", 1, 1, echo(1, 1, 1), nonce("01020304"))
	add("echo", "nonce", "unauthentic", "of an older challenge", 2, 1, echo(2, 1, 2), nonce("01020305"))
	turned := echo(1, 2, 1)
	add("echo", "turned-back", "unauthentic", "what node 1 said to node 2, sent back to it", 2, 1, append([]byte{1, 0, 1}, turned[3:]...), nonce("01020304"))
	add("echo", "own-of-another", "unauthentic", "node 2 in the name of node 1", 1, 1, echo(2, 1, 2), nonce("01020304"))
	return files
}
