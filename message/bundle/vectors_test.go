package bundle

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

const vectorDir = "testdata/vectors"

var errBadSignature = errors.New("signature is not the origin's")

// classes are those that the vectors expect.
var classes = vectors.Classes{
	"truncated": ErrTruncated, "oversized": ErrOversized, "version": ErrVersion, "not-canonical": ErrNotCanonical,
	"no-key": ErrNoKey, "unauthentic": ErrUnauthentic, "bad-signature": errBadSignature,
}

// describe lists what a bundle says as the vectors do.
func describe(b *Bundle) string {
	return fmt.Sprintf("id %v epoch %d precedence %v to %v created %d lifetime %d signed %v no-receipt %v",
		b.ID, b.Epoch, b.Precedence, b.To, b.Created, int(b.Lifetime.Minutes()), b.Signed, b.NoReceipt)
}

// read takes a bundle the way a node does: decode, verify, open.
func read(f vectors.File, t *testing.T) (*Bundle, Opened, error) {
	keys, roster, today := readHead(f, t)
	b, err := Decode(f.Data, today)
	if err != nil {
		return nil, Opened{}, err
	}
	if b.Signed {
		cert, _ := roster.Certificate(b.ID.Origin)
		if !b.Verify(ident.Ed25519{}, cert) {
			return b, Opened{}, errBadSignature
		}
	}
	o, err := b.Open(keys)
	return b, o, err
}

// said lists what an opened bundle holds as the vectors do.
func said(b *Bundle, o Opened) []vectors.Field {
	return []vectors.Field{
		{Key: "header", Value: describe(b)},
		{Key: "content", Value: strconv.Itoa(int(o.Type)) + " " + hex.EncodeToString(o.Body)},
		{Key: "proof", Value: hex.EncodeToString(o.Proof[:])},
		{Key: "message-key", Value: fmt.Sprintf("%x%x", o.Key.MAC, o.Key.Text)},
	}
}

// readHead makes the reader's keys from the head of a vector.
func readHead(f vectors.File, t *testing.T) (*seal.Keys, *ident.Roster, clock.Day) {
	t.Helper()
	groups, private := map[ident.GroupID]seal.Secret{}, map[ident.Number]*ident.Private{}
	for _, line := range f.All("group") {
		var id ident.GroupID
		var secret []byte
		scan(t, line, "%d %x", &id, &secret)
		groups[id] = seal.Secret(secret)
	}
	var certs []*ident.Certificate
	for _, line := range f.All("node") {
		var n ident.Number
		var seed []byte
		scan(t, line, "%d %x", &n, &seed)
		p, err := ident.ParsePrivate(seed)
		if err != nil {
			t.Fatal(err)
		}
		private[n] = p
		certs = append(certs, &ident.Certificate{Number: n, Name: n.String(), Sign: p.SignKey(), Box: p.BoxKey()})
	}
	roster, err := ident.NewRoster(ident.OperatorID{}, ident.SignKey{}, nil, certs)
	if err != nil {
		t.Fatal(err)
	}
	secrets := seal.Secrets{Groups: groups}
	for _, line := range f.All("epoch") {
		var e seal.Epoch
		var key []byte
		scan(t, line, "%d %d %d %x", &e.Serial, &e.First, &e.Base, &key)
		e.Key = seal.Secret(key)
		secrets.Epochs = append(secrets.Epochs, e)
	}
	var self ident.Number
	var today clock.Day
	scan(t, f.Get(t, "reader"), "%d", &self)
	scan(t, f.Get(t, "today"), "%d", &today)
	return seal.NewKeys(self, private[self], roster, secrets), roster, today
}

func scan(t *testing.T, line, format string, into ...any) {
	t.Helper()
	if n, err := fmt.Sscanf(line, format, into...); n != len(into) || err != nil {
		t.Fatalf("line %q is not %q: %v", line, format, err)
	}
}

func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: func(t *testing.T, f vectors.File) ([]vectors.Field, error) {
		b, o, err := read(f, t)
		if err != nil {
			return nil, err
		}
		f.Again(t, b.Encode())
		return said(b, o), nil
	}}.Hold(t)
}
