package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// The network file brings a node what opens key blocks only while it needs that:
// after enrolment, renewal, or a new generation, for packageDays or until "joined"
// says that it has it. It is sealed to the one-time key of the node's request. A
// file that is recorded is then of no use to who takes the device later, and to
// repeat it for a month costs bytes and nothing else.

// packageDays is for how many days a member's keys stay in the network file.
const packageDays = 30

// awaiting is what is known of a member that needs its keys.
type awaiting struct {
	keys  []ident.BoxKey // to which they are sealed, at most enrol.MaxRecipients
	since clock.Day
}

func (w awaiting) over(today clock.Day) bool { return int(today) > int(w.since)+packageDays }

// recipients returns the keys to which a member's keys are sealed in a file made
// today: none if it should have them.
func (a *authority) recipients(cert *ident.Certificate, today clock.Day) []ident.BoxKey {
	if w, ok := a.awaiting[cert.Number]; ok && !w.over(today) {
		return w.keys
	}
	return nil
}

// applyKeys replays who needs keys. A new generation is one for everybody: whoever
// may have used his one-time key gets them under his lasting key too.
func (a *authority) applyKeys(e entry) error {
	today := clock.WallOf(a.when).Day()
	fresh := map[ident.Number]bool{}
	for _, k := range e.Keys {
		fresh[k.Number] = len(k.Key) > 0
	}
	if a.begins(e) {
		for _, cert := range a.members {
			if !fresh[cert.Number] {
				a.await(cert, cert.Box, today)
			}
		}
	}
	for _, k := range e.Keys {
		i, found := a.at(k.Number)
		switch {
		case !found:
			return fmt.Errorf("keys for node %v, which is not there", k.Number)
		case len(k.Key) == 0:
			a.await(a.members[i], a.members[i].Box, today)
		case len(k.Key) == len(ident.BoxKey{}):
			a.awaiting[k.Number] = awaiting{keys: []ident.BoxKey{ident.BoxKey(k.Key)}, since: today}
		default:
			return fmt.Errorf("a key of %d bytes for node %v", len(k.Key), k.Number)
		}
	}
	for _, n := range e.Joined {
		delete(a.awaiting, n)
	}
	for _, r := range e.Revoke {
		delete(a.awaiting, r.Number)
	}
	return nil
}

// begins reports whether an entry, whose blocks are applied, began a generation.
func (a *authority) begins(e entry) bool {
	before := len(a.blocks) - len(e.Blocks)
	return len(e.Blocks) > 0 && before > 0 && a.newest().Generation > a.blocks[before-1].Generation
}

// await notes that a member needs its keys under one more key.
func (a *authority) await(cert *ident.Certificate, key ident.BoxKey, today clock.Day) {
	w := a.awaiting[cert.Number]
	if w.over(today) {
		w.keys = nil
	}
	if !slices.Contains(w.keys, key) { // public: keys to which is sealed, not those that open
		w.keys = append(slices.Clone(w.keys[:min(len(w.keys), enrol.MaxRecipients-1)]), key)
	}
	w.since = today
	a.awaiting[cert.Number] = w
}

// sealTo plans that the keys of members are sealed to the package keys of their
// requests, and says so where a request was used before.
func (c *change) sealTo(certs []*ident.Certificate, requests []*enrol.Request) {
	for i, r := range requests {
		if c.used(r) {
			c.outcome.remark("the request of %s was taken before: a node that has lost its keys needs a fresh one (blackstart request --renew)", certs[i].Name)
		}
		c.entry.Keys = append(c.entry.Keys, keyEntry{Number: certs[i].Number, Key: r.Package[:]})
	}
}

// used reports whether keys were sealed to a request's package key before.
func (a *authority) used(r *enrol.Request) bool {
	for _, e := range a.ledger.entries {
		for _, k := range e.Keys {
			if string(k.Key) == string(r.Package[:]) { // public: it stands in the request
				return true
			}
		}
	}
	return false
}

// sealRenewed is sealTo for requests of members whose certificates stay as they are.
func (c *change) sealRenewed(names []string) error {
	reg := newRegister(c)
	for _, name := range names {
		r, err := readRequest(name)
		if err != nil {
			return err
		}
		cert, err := reg.seen(r, true)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if c.used(r) {
			return console.Faultf(console.Usage, "make a fresh one on the node: blackstart request --renew",
				"%s: the request of %s was taken before, and the node may have erased its key", name, cert.Name)
		}
		c.sealTo([]*ident.Certificate{cert}, []*enrol.Request{r})
	}
	return nil
}

type packageCommand struct {
	Dir   string   `arg:"" help:"The authority's folder."`
	Nodes []string `arg:"" name:"node" help:"Numbers or names of members."`
	changeFlags
}

func (packageCommand) Help() string {
	return `The network file brings a node its keys for 30 days after it was enrolled, sealed to a key that the node erases once it has them. A node that lost its keys (a restored backup, a damaged vault) or was away for longer needs them again. The better way is a fresh request:

  blackstart request --renew                                       (on the node)
  blackstart-authority enrol /safe/north crew-7.request --renew

Where none can be had, this command seals them to the node's lasting key. Whoever records such a file and takes the device later reads what was sent from that day on.

Examples:
  blackstart-authority package /safe/north crew-7
  blackstart-authority package /safe/north 17 18 --dry-run`
}

func (c *packageCommand) Run(w world) error {
	ch, certs, err := beginWith(w, c.Dir, "package", c.Nodes, c.changeFlags)
	if err != nil {
		return err
	}
	for _, cert := range certs {
		ch.entry.Keys = append(ch.entry.Keys, keyEntry{Number: cert.Number})
		ch.outcome.remark("the keys of %s, node %v, are in the network file until %s, sealed to its lasting key: who records the file and takes the device later reads on from there",
			cert.Name, cert.Number, (ch.today + packageDays).Start().Time().Format(time.DateOnly))
	}
	return ch.askAndFinish("seal the keys of " + counted(len(certs), "node") + " to lasting keys?")
}

type joinedCommand struct {
	Dir   string   `arg:"" help:"The authority's folder."`
	Nodes []string `arg:"" name:"node" help:"Numbers or names of members."`
	changeFlags
}

func (joinedCommand) Help() string {
	return `Makes the network file smaller, no more: keys leave it by themselves after 30 days. Do it for nodes that you know have joined with the present file.

Examples:
  blackstart-authority joined /safe/north crew-7
  blackstart-authority joined /safe/north 17 18 --dry-run`
}

func (c *joinedCommand) Run(w world) error {
	ch, certs, err := beginWith(w, c.Dir, "joined", c.Nodes, c.changeFlags)
	if err != nil {
		return err
	}
	for _, cert := range certs {
		ch.entry.Joined = append(ch.entry.Joined, cert.Number)
		ch.outcome.remark("the keys of %s, node %v, leave the network file", cert.Name, cert.Number)
	}
	return ch.askAndFinish("leave out the keys of " + counted(len(certs), "node") + "?")
}

// beginWith begins an operation on members.
func beginWith(w world, dir, what string, nodes []string, flags changeFlags) (*change, []*ident.Certificate, error) {
	ch, err := begin(w, dir, what, flags)
	if err != nil {
		return nil, nil, err
	}
	var certs []*ident.Certificate
	for _, who := range nodes {
		cert, err := ch.find(who)
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(certs, cert) {
			return nil, nil, console.Faultf(console.Usage, "name each node once", "%s is named twice", who)
		}
		certs = append(certs, cert)
	}
	return ch, certs, nil
}

// askAndFinish does a planned operation that needs nothing but to be written.
func (c *change) askAndFinish(question string) error {
	if c.flags.DryRun {
		return c.outcome.print(c.w, c.flags.JSON)
	}
	if err := c.ask(question); err != nil {
		return err
	}
	if err := c.unlock(); err != nil {
		return err
	}
	return c.finish()
}
