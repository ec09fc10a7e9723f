package main

import (
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

// entry is one operation. What is the command's name and says why; everything
// else is what came of it, and is replayed the same way for each command.
type entry struct {
	N         int                  `json:"n"`
	Prev      string               `json:"prev"` // SHA-256 of the line before, hex; of nothing for the first
	Time      string               `json:"time"` // RFC 3339, UTC, by the machine's clock
	What      string               `json:"what"`
	Note      string               `json:"note,omitempty"`   // why, as a person wrote it
	Create    *createEntry         `json:"create,omitempty"` // in the first line, and only there
	Groups    []groupEntry         `json:"groups,omitempty"` // made
	Enrol     []enrolEntry         `json:"enrol,omitempty"`  // certificates, new ones or in place of older ones
	Keys      []keyEntry           `json:"keys,omitempty"`   // to which the keys of members are sealed from here on
	Joined    []ident.Number       `json:"joined,omitempty"` // members that have their keys
	Revoke    []revokeEntry        `json:"revoke,omitempty"`
	Redirects []redirectEntry      `json:"redirects,omitempty"`
	Spares    []spareEntry         `json:"spares,omitempty"`
	Persons   [][]byte             `json:"persons,omitempty"` // credentials, as encoded, base64
	Withdraw  []ident.PersonNumber `json:"withdraw,omitempty"`
	Blocks    [][]byte             `json:"blocks,omitempty"`  // key blocks, as encoded, base64
	Plan      []byte               `json:"plan,omitempty"`    // radio plan, as encoded, base64
	Promise   []byte               `json:"promise,omitempty"` // succession of the root, as encoded, base64
	Root      string               `json:"root,omitempty"`    // the root key that signs from this line on, hex
	Shares    *sharesEntry         `json:"shares,omitempty"`  // what opens the key file from here on
	Last      *lastEntry           `json:"last,omitempty"`    // numbers passed over by a recovery
	Destroyed bool                 `json:"destroyed,omitempty"`
	Serial    uint64               `json:"serial,omitempty"`  // of the network file that this operation made
	Network   string               `json:"network,omitempty"` // its digest, hex
	Key       string               `json:"key,omitempty"`     // SHA-256 of the key file from here on, hex
}

type createEntry struct {
	Name string `json:"name"`
	Root string `json:"root"` // public key, hex
}

type groupEntry struct {
	ID       ident.GroupID `json:"id"`
	Name     string        `json:"name"`
	Incident bool          `json:"incident,omitempty"`
}

type enrolEntry struct {
	Number      ident.Number `json:"number"`
	Name        string       `json:"name"`
	Certificate []byte       `json:"certificate"` // as encoded, base64
}

// keyEntry is a package key, of a member's request.
type keyEntry struct {
	Number ident.Number `json:"number"`
	Key    []byte       `json:"key,omitempty"` // public, base64; none: the lasting box key of the certificate
}

type revokeEntry struct {
	Number ident.Number `json:"number"`
	Name   string       `json:"name"`
}

type redirectEntry struct {
	From ident.Number `json:"from"`
	To   ident.Number `json:"to"`
}

type spareEntry struct {
	Name    string `json:"name"`
	Request []byte `json:"request"` // as encoded, base64
}

type lastEntry struct {
	Number ident.Number       `json:"number"`
	Person ident.PersonNumber `json:"person"`
}

// what says in words what an operation did.
func (e entry) what() string {
	var did []string
	say := func(format string, args ...any) { did = append(did, fmt.Sprintf(format, args...)) }
	if e.Create != nil {
		say("made the network %q", e.Create.Name)
	}
	for _, g := range e.Groups {
		say("made the group %q", g.Name)
	}
	if e.Root != "" {
		say("changed the root key, and signed %d certificates anew", len(e.Enrol))
	} else {
		verb := "enrolled"
		if e.What == "grant" || e.What == "withdraw" {
			verb = "changed"
		}
		for _, m := range e.Enrol {
			say("%s %s as node %v", verb, m.Name, m.Number)
		}
	}
	if n := len(e.Keys); n > 0 && len(e.Enrol) == 0 {
		say("sealed keys anew to %s", counted(n, "node"))
	}
	if n := len(e.Joined); n > 0 {
		say("noted that %s joined", counted(n, "node"))
	}
	for _, r := range e.Revoke {
		say("locked out %s, node %v", r.Name, r.Number)
	}
	for _, r := range e.Redirects {
		say("sent the mail of node %v to node %v", r.From, r.To)
	}
	for _, s := range e.Spares {
		say("sealed the spare %s", s.Name)
	}
	if e.Root == "" {
		for _, raw := range e.Persons {
			if p, err := ident.DecodeCredential(raw); err == nil {
				say("enrolled %s as person %d", p.Name, p.Person)
			}
		}
	}
	for _, n := range e.Withdraw {
		say("withdrew the credential of person %d", n)
	}
	if n := len(e.Blocks); n > 0 && e.Create == nil {
		say("made a key block")
	}
	if p, err := plan.Decode(e.Plan); err == nil {
		say("issued radio plan %d with %s", p.Edition, counted(len(p.Channels), "channel"))
	}
	if e.Promise != nil {
		say("promised the next root key")
	}
	if e.Shares != nil {
		say("%s", e.Shares.what())
	}
	if e.Destroyed {
		say("destroyed the keys")
	}
	text := e.What + ": " + strings.Join(did, ", ")
	if e.Serial > 0 {
		text += fmt.Sprintf("; serial %d", e.Serial)
	}
	if e.Note != "" {
		text += " (" + e.Note + ")"
	}
	return text
}

// what says in words what an operation did to the shares of the key.
func (s sharesEntry) what() string {
	if s.Set == "" {
		return "put the key under a passphrase: the shares are void"
	}
	return fmt.Sprintf("split the key, %d of %s open it", s.Needed, counted(len(s.Keepers), "share"))
}
