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
// or changed; a cut at the end shows in the network file, whose digest the
// last line holds.

const labelLedger = "blackstart authority ledger v1\x00"

// entry is one operation. Exactly one of Create and Enrol is set.
type entry struct {
	N       int          `json:"n"`
	Prev    string       `json:"prev"` // SHA-256 of the line before, hex; of nothing for the first
	Time    string       `json:"time"` // RFC 3339, UTC, by the machine's clock
	Create  *createEntry `json:"create,omitempty"`
	Enrol   []enrolEntry `json:"enrol,omitempty"`
	Serial  uint64       `json:"serial,omitempty"`  // of the network file that this operation made
	Network string       `json:"network,omitempty"` // its SHA-256, hex
}

type createEntry struct {
	Name   string       `json:"name"`
	Root   string       `json:"root"` // public key, hex
	Groups []groupEntry `json:"groups"`
	Block  []byte       `json:"block"` // key block 1, as encoded, base64
}

type groupEntry struct {
	ID   ident.GroupID `json:"id"`
	Name string        `json:"name"`
}

type enrolEntry struct {
	Number      ident.Number `json:"number"`
	Name        string       `json:"name"`
	Certificate []byte       `json:"certificate"` // as encoded, base64
}

// ledger is a verified chain of lines.
type ledger struct {
	entries []entry
	lines   [][]byte
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
func readLedger(data []byte) (*ledger, ident.SignKey, error) {
	l := &ledger{}
	var root ident.SignKey
	body, whole := strings.CutSuffix(string(data), "\n")
	if !whole {
		return nil, root, corrupt("the ledger ends within line %d", strings.Count(body, "\n")+1)
	}
	for text := range strings.SplitSeq(body, "\n") {
		n := len(l.lines) + 1
		sig, object, found := strings.Cut(text, " ")
		signature, err := base64.StdEncoding.Strict().DecodeString(sig)
		if !found || err != nil {
			return nil, root, corrupt("line %d of the ledger is not an entry", n)
		}
		e, err := readEntry(object)
		if err != nil {
			return nil, root, corrupt("line %d of the ledger: %v", n, err)
		}
		if n == 1 {
			if root, err = rootOf(e); err != nil {
				return nil, root, corrupt("line 1 of the ledger: %v", err)
			}
		}
		if e.N != n || e.Prev != l.head() || (e.Create != nil) != (n == 1) {
			return nil, root, corrupt("line %d of the ledger does not follow the line before", n)
		}
		if !(ident.Ed25519{}).Verify(root, append([]byte(labelLedger), object...), signature) {
			return nil, root, corrupt("line %d of the ledger was changed: its signature does not match", n)
		}
		l.entries, l.lines = append(l.entries, e), append(l.lines, []byte(text))
	}
	return l, root, nil
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

func rootOf(e entry) (root ident.SignKey, err error) {
	if e.Create == nil {
		return root, fmt.Errorf("it does not make a network")
	}
	raw, err := hex.DecodeString(e.Create.Root)
	if err != nil || len(raw) != len(root) {
		return root, fmt.Errorf("%q is not a root key", e.Create.Root)
	}
	copy(root[:], raw)
	return root, nil
}
