package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

// authority is an authority's folder, as its ledger tells it.
type authority struct {
	dir        string
	ledger     *ledger
	name       string
	operator   ident.OperatorID
	root       ident.SignKey
	groups     []ident.Group
	members    []*ident.Certificate // ascending by number
	gone       map[ident.Number]goneNode
	redirects  map[ident.Number]ident.Number
	spares     map[string]*enrol.Request
	shares     *sharesEntry // who has a share of the key; nil: it is under a passphrase
	sharesMade time.Time
	awaiting   map[ident.Number]awaiting // members that need their keys
	persons    []*ident.Credential       // ascending by number
	withdrawn  []ident.PersonNumber
	blocks     []*keyblock.Block // all, ascending by serial
	plan       *plan.Plan        // the radio plan issued last; nil: none
	last       ident.Number      // the largest number ever handed out
	lastPerson ident.PersonNumber
	serial     uint64
	digest     string // of the network file, hex; "" before the first
	key        string // SHA-256 of the key file, hex
	when       time.Time
	destroyed  bool
}

// goneNode is a node that was locked out.
type goneNode struct {
	cert *ident.Certificate
	time string
	by   string // the command
}

// load reads and verifies the ledger.
func load(dir string) (*authority, error) {
	data, err := os.ReadFile(filepath.Join(dir, ledgerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, console.Faultf(console.Usage, "make one with "+program+" create", "%s holds no authority", dir)
	}
	if info, statErr := os.Stat(dir); statErr == nil && !info.IsDir() {
		return nil, console.Faultf(console.Usage, "name the folder that "+program+" create made", "%s: is a file, not the folder of an authority", dir)
	}
	if err != nil {
		return nil, err
	}
	l, err := readLedger(data)
	if err != nil {
		return nil, err
	}
	a := &authority{dir: dir, ledger: l, gone: map[ident.Number]goneNode{}, redirects: map[ident.Number]ident.Number{},
		spares: map[string]*enrol.Request{}, awaiting: map[ident.Number]awaiting{}}
	for i, e := range l.entries {
		a.root = l.roots[i]
		if err := a.apply(e); err != nil {
			return nil, corrupt("line %d of the ledger: %v", e.N, err)
		}
	}
	return a, nil
}

func (a *authority) newest() *keyblock.Block { return a.blocks[len(a.blocks)-1] }

// promise returns the root's promise of its successor, if there is one.
func (a *authority) promise() ([32]byte, bool) {
	if n := len(a.ledger.chain); n > 0 && a.ledger.chain[n-1].Old == a.root {
		return a.ledger.chain[n-1].Next, true
	}
	return [32]byte{}, false
}

// revokedNow returns who a key block of the living generation has to leave out:
// those that the newest block left out, and more.
func (a *authority) revokedNow(generation uint16, more []ident.Number) []ident.Number {
	revoked := append([]ident.Number(nil), more...)
	if newest := a.newest(); newest.Generation == generation {
		revoked = append(revoked, newest.Revoked...)
	}
	return revoked
}

// endedGuests returns the guests whose last day is over.
func (a *authority) endedGuests(today clock.Day) []*ident.Certificate {
	var ended []*ident.Certificate
	for _, cert := range a.members {
		if cert.IsGuest() && cert.Until < today {
			ended = append(ended, cert)
		}
	}
	return ended
}

// find returns the member that a person means by a number or a name.
func (a *authority) find(who string) (*ident.Certificate, error) {
	number, err := strconv.ParseUint(who, 10, 16)
	for _, cert := range a.members {
		if err == nil && cert.Number == ident.Number(number) || err != nil && cert.Name == who {
			return cert, nil
		}
	}
	for n, g := range a.gone {
		if err == nil && n == ident.Number(number) || err != nil && g.cert.Name == who {
			return nil, console.Faultf(console.Usage, "to let it back in under a new number: "+program+" reinstate "+a.dir+" "+n.String()+" NEW.request",
				"%s, node %v, was locked out on %s", g.cert.Name, n, g.time)
		}
	}
	return nil, console.Faultf(console.Usage, "see "+program+" list "+a.dir, "there is no node %q", who)
}

// lost returns the node that was locked out and that a person means.
func (a *authority) lost(who string) (ident.Number, goneNode, error) {
	number, err := strconv.ParseUint(who, 10, 16)
	best := ident.Number(0)
	for n, g := range a.gone {
		if err == nil && n == ident.Number(number) || err != nil && g.cert.Name == who {
			best = max(best, n) // of several with one name the last
		}
	}
	if best != 0 {
		return best, a.gone[best], nil
	}
	if cert, err := a.find(who); err == nil {
		return 0, goneNode{}, console.Faultf(console.Usage, "to change its certificate: "+program+" enrol --renew, or grant and withdraw",
			"%s, node %v, is not locked out", cert.Name, cert.Number)
	}
	return 0, goneNode{}, console.Faultf(console.Usage, "see "+program+" list "+a.dir+" --revoked", "no node %q was locked out", who)
}

// group returns a group by its name.
func (a *authority) group(name string) (ident.Group, error) {
	for _, g := range a.groups {
		if g.Name == name {
			return g, nil
		}
	}
	return ident.Group{}, console.Faultf(console.Usage, "see "+program+" show "+a.dir+", or make it with "+program+" group "+a.dir+" NAME",
		"there is no group %q", name)
}
