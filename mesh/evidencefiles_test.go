package mesh

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

const evidenceDir = "testdata/evidence"

// TestEvidenceFiles holds the check of evidence to the files in testdata/evidence,
// whose bytes are whole evidence files.
func TestEvidenceFiles(t *testing.T) {
	vectors.Set{Dir: evidenceDir, Classes: vectors.Classes{"damaged": ErrExhibit, "unproven": ErrUnproven, "broken": ErrBroken},
		Make: makeEvidenceFiles, Read: vectors.Says(readEvidence)}.Hold(t)
}

// readEvidence does with an evidence file what a third person does who trusts a root.
func readEvidence(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	seed, err := hex.DecodeString(f.Get(t, "root-seed"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := ident.ParsePrivate(seed)
	if err != nil {
		t.Fatal(err)
	}
	e, err := DecodeExhibit(f.Data)
	if err != nil {
		return "", err
	}
	got, err := e.Check(ident.Ed25519{}, func(c *ident.Certificate) error { return c.Verify(ident.Ed25519{}, root.SignKey()) })
	return fmt.Sprintf("id %v to %v head %v type %d body %x", got.ID, got.To, got.Head, got.Type, got.Body), err
}

// witness makes bundles of node 1 to group 1 and what was kept of them.
type witness struct {
	t      *testing.T
	root   *ident.Private
	author *ident.Private
	signer []byte
	keys   *seal.Keys
}

func newWitness(t *testing.T) witness {
	t.Helper()
	private := func(b byte) *ident.Private {
		p, err := ident.ParsePrivate(bytes.Repeat([]byte{b}, ident.SeedSize))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	w := witness{t: t, root: private(9), author: private(1)}
	cert := &ident.Certificate{Operator: ident.OperatorOf(w.root.SignKey()), Number: 1, Name: "n1", Sign: w.author.SignKey(), Box: w.author.BoxKey(), From: vectorDay, Until: vectorDay + 9}
	cert.Signature = w.root.Sign(cert.SignedBytes())
	w.signer = cert.Encode()
	roster, err := ident.NewRoster(cert.Operator, w.root.SignKey(), []ident.Group{{ID: 1, Name: "all"}}, []*ident.Certificate{cert})
	if err != nil {
		t.Fatal(err)
	}
	w.keys = seal.NewKeys(1, w.author, roster, seal.Secrets{
		Epochs: []seal.Epoch{{Serial: 1, First: vectorDay, Base: vectorDay, Key: seal.Secret{7}}}, Groups: map[ident.GroupID]seal.Secret{1: {8}}})
	return w
}

func (w witness) bundle(seq uint16, signed bool, c bundle.Content) (*bundle.Bundle, seal.MessageKey) {
	w.t.Helper()
	h := bundle.Header{ID: bundle.ID{Origin: 1, Day: vectorDay, Seq: seq}, To: bundle.Destination{Group: 1}, Precedence: bundle.Routine,
		Created: vectorDay.Start().Add(time.Hour), Lifetime: bundle.DefaultLifetime(bundle.Routine), Signed: signed}
	b, err := bundle.Compose(w.keys, w.author, h, c)
	if err != nil {
		w.t.Fatal(err)
	}
	o, err := b.Open(w.keys)
	if err != nil {
		w.t.Fatal(err)
	}
	return b, o.Key
}

// exhibit returns what is kept of a text: with its own signature, or with a head
// that lists it and another.
func (w witness) exhibit(signed bool) Exhibit {
	w.t.Helper()
	b, key := w.bundle(3, signed, bundle.Content{Body: []byte("breaker 3 open")})
	e := Exhibit{Number: 17, Bundle: b.Encode(), Day: vectorDay, Key: key, Signer: w.signer}
	if signed {
		return e
	}
	other, _ := w.bundle(5, false, bundle.Content{Body: []byte("another")})
	hashes := [][32]byte{b.Hash(), other.Hash()}
	head := bundle.Head{First: 3, Span: 3, Listed: []uint16{3, 5}, Digest: bundle.HeadDigest(hashes)}
	hb, hkey := w.bundle(9, true, bundle.Content{Type: bundle.ContentHead, Body: head.Append(nil)})
	e.Head = &HeadExhibit{Bundle: hb.Encode(), Day: vectorDay, Key: hkey, Hashes: hashes}
	return e
}

func makeEvidenceFiles(t *testing.T) []vectors.File {
	w := newWitness(t)
	var files []vectors.File
	add := func(name, expect, comment string, data []byte, root *ident.Private) {
		files = append(files, vectors.File{Name: name, Data: data, Fields: []vectors.Field{{Key: "comment", Value: comment}, {Key: "expect", Value: expect},
			{Key: "root-seed", Value: hex.EncodeToString(root.Seed())}}})
	}
	changed := func(name, expect, comment string, signed bool, change func(e *Exhibit)) {
		e := w.exhibit(signed)
		change(&e)
		add(name, expect, comment, EncodeExhibit(&e), w.root)
	}
	same := func(*Exhibit) {}
	changed("ok-signed", "ok", "signed by itself", true, same)
	changed("ok-head", "ok", "signed by a head that lists another message, too", false, same)
	changed("head-missing", "unproven", "neither signed nor with a head", false, func(e *Exhibit) { e.Head = nil })
	changed("signature-flipped", "broken", "one bit of the bundle's signature", true, func(e *Exhibit) { e.Bundle[len(e.Bundle)-1] ^= 1 })
	changed("key", "broken", "one bit of the message's key", true, func(e *Exhibit) { e.Key.Text[0] ^= 1 })
	changed("day", "damaged", "a day that the bundle's does not fit", true, func(e *Exhibit) { e.Day += 17 })
	changed("hash-other", "broken", "the hash of another message at its number", false, func(e *Exhibit) { e.Head.Hashes[0][0] ^= 1 })
	changed("hashes-swapped", "broken", "the hashes in another order", false, func(e *Exhibit) { h := e.Head.Hashes; h[0], h[1] = h[1], h[0] })
	changed("hash-missing", "broken", "one hash too few", false, func(e *Exhibit) { e.Head.Hashes = e.Head.Hashes[:1] })
	changed("head-signature-flipped", "broken", "one bit of the head's signature", false, func(e *Exhibit) { b := e.Head.Bundle; b[len(b)-1] ^= 1 })
	changed("head-key", "broken", "one bit of the head's key", false, func(e *Exhibit) { e.Head.Key.MAC[0] ^= 1 })
	changed("head-of-text", "damaged", "a signed text in the place of the head", false, func(e *Exhibit) {
		b, key := w.bundle(9, true, bundle.Content{Body: []byte("no head")})
		e.Head.Bundle, e.Head.Key = b.Encode(), key
	})
	changed("head-other-number", "broken", "a head that does not list it", false, func(e *Exhibit) {
		h := bundle.Head{First: 3, Span: 3, Listed: []uint16{4, 5}, Digest: bundle.HeadDigest(e.Head.Hashes)}
		b, key := w.bundle(9, true, bundle.Content{Type: bundle.ContentHead, Body: h.Append(nil)})
		e.Head.Bundle, e.Head.Key = b.Encode(), key
	})
	e := w.exhibit(true)
	good := string(EncodeExhibit(&e))
	add("root", "broken", "another root", []byte(good), w.author)
	add("format", "damaged", "another format", []byte(strings.Replace(good, ExhibitFormat, "blackstart evidence 2", 1)), w.root)
	at := strings.Index(good, `"sha256":"`) + len(`"sha256":"`)
	add("sha256", "damaged", "another hash of the bundle", []byte(good[:at]+"00"+good[at+2:]), w.root)
	add("cut", "damaged", "the last bytes are missing", []byte(good[:len(good)-3]), w.root)
	return files
}
