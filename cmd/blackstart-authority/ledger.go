package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// The ledger is the authority's record of all it did, and the only place where
// its state is kept. Each line is one operation:
//
//	SIGNATURE JSON
//
// with the root's signature over a label and the JSON. The JSON holds the
// SHA-256 of the line before, so that no line can be left out, put in, moved
// or changed; a cut at the end shows in the network file and the key file, whose
// digests the last line holds. A line that changes the root is signed by the new
// root, which the old one had promised in a line before.

const labelLedger = "blackstart authority ledger v2\x00"

// ledger is a verified chain of lines.
type ledger struct {
	entries []entry
	lines   [][]byte
	roots   []ident.SignKey    // that signed each line
	chain   []ident.Succession // promises, from the first root's on
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// head returns the hash of the last line.
func (l *ledger) head() string {
	if len(l.lines) == 0 {
		return hashOf(nil)
	}
	return hashOf(l.lines[len(l.lines)-1])
}

// with returns a ledger that has one entry more. N and Prev are filled in.
func (l *ledger) with(e entry, root *ident.Private) (*ledger, error) {
	e.N, e.Prev = len(l.lines)+1, l.head()
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	signature := root.Sign(append([]byte(labelLedger), text...))
	line := append([]byte(base64.StdEncoding.EncodeToString(signature[:])+" "), text...)
	return &ledger{
		entries: append(l.entries[:len(l.entries):len(l.entries)], e),
		lines:   append(l.lines[:len(l.lines):len(l.lines)], line),
	}, nil
}

// encode returns the ledger as its file holds it.
func (l *ledger) encode() []byte { return append(bytes.Join(l.lines, []byte("\n")), '\n') }

// readLedger verifies every line.
func readLedger(data []byte) (*ledger, error) {
	l := &ledger{}
	body, whole := strings.CutSuffix(string(data), "\n")
	if !whole {
		return nil, corrupt("the ledger ends within line %d", strings.Count(body, "\n")+1)
	}
	for text := range strings.SplitSeq(body, "\n") {
		n := len(l.lines) + 1
		sig, object, found := strings.Cut(text, " ")
		signature, err := base64.StdEncoding.Strict().DecodeString(sig)
		if !found || err != nil {
			return nil, corrupt("line %d of the ledger is not an entry", n)
		}
		e, err := readEntry(object)
		if err != nil {
			return nil, corrupt("line %d of the ledger: %v", n, err)
		}
		root, err := l.signer(e)
		if err != nil {
			return nil, corrupt("line %d of the ledger: %v", n, err)
		}
		if e.N != n || e.Prev != l.head() || (e.Create != nil) != (n == 1) {
			return nil, corrupt("line %d of the ledger does not follow the line before", n)
		}
		if !(ident.Ed25519{}).Verify(root, append([]byte(labelLedger), object...), signature) {
			return nil, corrupt("line %d of the ledger was changed: its signature does not match", n)
		}
		l.entries, l.lines, l.roots = append(l.entries, e), append(l.lines, []byte(text)), append(l.roots, root)
		if err := l.promised(e, root); err != nil {
			return nil, corrupt("line %d of the ledger: %v", n, err)
		}
	}
	return l, nil
}

func readEntry(object string) (entry, error) {
	var e entry
	d := json.NewDecoder(strings.NewReader(object))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return e, err
	}
	return e, nil
}

// root returns the root key that signs now.
func (l *ledger) root() ident.SignKey { return l.roots[len(l.roots)-1] }

// signer returns the root key that has to have signed the next line.
func (l *ledger) signer(e entry) (ident.SignKey, error) {
	if len(l.lines) == 0 {
		if e.Create == nil {
			return ident.SignKey{}, fmt.Errorf("it does not make a network")
		}
		return parseRoot(e.Create.Root)
	}
	if e.Root == "" {
		return l.root(), nil
	}
	next, err := parseRoot(e.Root)
	if err != nil {
		return next, err
	}
	lineage, err := ident.Trace(ident.Ed25519{}, l.chain, next)
	if err == nil {
		err = lineage.Follows(l.root(), [32]byte{})
	}
	return next, err
}

// promised keeps the promise that a line makes of the root to come.
func (l *ledger) promised(e entry, root ident.SignKey) error {
	if e.Promise == nil {
		return nil
	}
	s, err := ident.DecodeSuccession(e.Promise)
	if err != nil {
		return err
	}
	l.chain = append(l.chain, s)
	_, err = ident.Trace(ident.Ed25519{}, l.chain, root)
	return err
}

func parseRoot(s string) (root ident.SignKey, err error) {
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(root) {
		return root, fmt.Errorf("%q is not a root key", s)
	}
	copy(root[:], raw)
	return root, nil
}
