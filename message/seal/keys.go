package seal

import (
	"fmt"
	"io"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Limits of what Keys remembers; about 1 kB a cipher.
const (
	MaxCiphers = 1024 // ciphers of (group or pair, epoch, origin, day)
	MaxPairs   = 1024 // secrets of pairs, one X25519 operation each
)

// Secrets is all that a node's keys come from beside its private key.
type Secrets struct {
	Bootstrap Secret  // of the frames that carry key blocks
	Epochs    []Epoch // in any order; at least one
	Groups    map[ident.GroupID]Secret
	Former    map[ident.GroupID][]Secret // of groups whose secret was renewed: opens, never seals
}

// Keys derives and remembers the keys of one node. It holds no lock: one
// goroutine uses it, the one that owns the node. What it remembers only saves
// time; no answer depends on what was asked before.
type Keys struct {
	_       [0]func() // not comparable
	self    end
	private *ident.Private
	roster  *ident.Roster
	secrets func() *secrets
	ciphers cache[cipherKey, Cipher]
	pairs   cache[ident.Number, pairOf]
}

// secrets stays behind a function so that no printing of Keys follows it.
type secrets struct {
	bootstrap LinkKey
	ratchet   *ratchet
	groups    map[ident.GroupID]Secret
	former    map[ident.GroupID][]Secret
}

// pairOf hides pairKeys from fmt like secrets.
type pairOf func() *pairKeys

// pairKeys is what two nodes share.
type pairKeys struct {
	peer   end
	shared [32]byte // by X25519, from which the ciphers of days come
	mac    []byte   // key of PairMAC
}

// cipherKey names a cipher: either group or addressee is not zero.
type cipherKey struct {
	group     ident.GroupID
	serial    uint32
	origin    ident.Number
	addressee ident.Number
	day       clock.Day
}

// NewKeys makes the keys of node self from its private key, the certificates of
// its network and its secrets, which are copied.
func NewKeys(self ident.Number, private *ident.Private, roster *ident.Roster, s Secrets) *Keys {
	inside := &secrets{
		bootstrap: deriveBootstrap(s.Bootstrap),
		ratchet:   newRatchet(s.Epochs),
		groups:    make(map[ident.GroupID]Secret, len(s.Groups)),
	}
	for id, secret := range s.Groups { // into a map, so the order does not show
		inside.groups[id] = secret
	}
	inside.former = make(map[ident.GroupID][]Secret, len(s.Former))
	for id, list := range s.Former { // order: into a map
		inside.former[id] = slices.Clone(list)
	}
	return &Keys{
		self:    end{number: self, box: private.BoxKey()},
		private: private,
		roster:  roster,
		secrets: func() *secrets { return inside },
		ciphers: newCache[cipherKey, Cipher](MaxCiphers),
		pairs:   newCache[ident.Number, pairOf](MaxPairs),
	}
}

// At returns under which epoch this node seals on a day: the newest that has
// begun by then. on is the day to seal for: the given one, or a later one if the
// epoch's keys of that day are erased, or if none has begun. serial is 0 if this
// node holds none at all.
//
// An authority that moves a network to a new tree lets the epoch begin some days
// ahead, so that the nodes move at the same time and not as the word spreads.
func (k *Keys) At(day clock.Day) (serial uint32, on clock.Day) {
	for _, e := range k.secrets().ratchet.epochs {
		serial, on = e.Serial, max(day, e.Base)
		if e.First <= day {
			break
		}
	}
	return serial, on
}

// Before returns the serial of the epoch held that came before another, or 0.
func (k *Keys) Before(serial uint32) uint32 {
	for _, e := range k.secrets().ratchet.epochs {
		if e.Serial < serial {
			return e.Serial
		}
	}
	return 0
}

// Serials returns the serials of the epochs held, newest first.
func (k *Keys) Serials() []uint32 {
	epochs := k.secrets().ratchet.epochs
	serials := make([]uint32, len(epochs))
	for i, e := range epochs {
		serials[i] = e.Serial
	}
	return serials
}

// Holding returns the serials that the 3 bits in a bundle can mean, newest
// first.
func (k *Keys) Holding(wire uint8) []uint32 {
	var serials []uint32
	for _, e := range k.secrets().ratchet.epochs {
		if e.Wire() == wire {
			serials = append(serials, e.Serial)
		}
	}
	return serials
}

// InGroup reports whether this node holds a group's secret.
func (k *Keys) InGroup(g ident.GroupID) bool {
	_, ok := k.secrets().groups[g]
	return ok
}

// Link returns the key that protects frames in an epoch and on a day; false if
// this node cannot make it: the epoch is not held, had not begun, or the day is
// erased. Frames do not name their epoch and day; receivers try those that are
// likely.
func (k *Keys) Link(serial uint32, day clock.Day) (LinkKey, bool) {
	key, ok := k.secrets().ratchet.at(serial, day)
	if !ok {
		return LinkKey{}, false
	}
	return deriveLink(key, serial, day), true
}

// Bootstrap returns the key of the frames that carry key blocks and ask for
// them. Every node that was ever enrolled holds it, those revoked too.
func (k *Keys) Bootstrap() LinkKey { return k.secrets().bootstrap }

// Group returns the cipher for what origin writes to a group on a day, or false
// if this node does not hold the group's secret or the epoch's key of that day.
func (k *Keys) Group(g ident.GroupID, serial uint32, origin ident.Number, day clock.Day) (Cipher, bool) {
	name := cipherKey{group: g, serial: serial, origin: origin, day: day}
	if c, ok := k.ciphers.get(name); ok {
		return c, true
	}
	secret, member := k.secrets().groups[g]
	key, ok := k.secrets().ratchet.at(serial, day)
	if !member || !ok {
		return Cipher{}, false
	}
	c := deriveGroupDay(deriveGroup(key, secret), g, serial, origin, day)
	k.ciphers.put(name, c)
	return c, true
}

// GroupFormer returns the ciphers that the secrets make which a group had before
// it was renewed, newest first. They open what late members and late messages
// bring; nothing is sealed with them.
func (k *Keys) GroupFormer(g ident.GroupID, serial uint32, origin ident.Number, day clock.Day) []Cipher {
	key, ok := k.secrets().ratchet.at(serial, day)
	if !ok {
		return nil
	}
	var list []Cipher
	for _, secret := range k.secrets().former[g] {
		list = append(list, deriveGroupDay(deriveGroup(key, secret), g, serial, origin, day))
	}
	return list
}

// Pair returns the cipher for what origin writes to addressee on a day. This
// node must be one of the two (else ErrNotParty) and hold the other's
// certificate (ErrUnknownNode) and the epoch's key of that day (ErrNoEpoch).
func (k *Keys) Pair(origin, addressee ident.Number, serial uint32, day clock.Day) (Cipher, error) {
	name := cipherKey{serial: serial, origin: origin, addressee: addressee, day: day}
	if c, ok := k.ciphers.get(name); ok && addressee != 0 {
		return c, nil
	}
	peer := origin
	if origin == k.self.number {
		peer = addressee
	} else if addressee != k.self.number {
		return Cipher{}, fmt.Errorf("%w: %v to %v", ErrNotParty, origin, addressee)
	}
	p, err := k.pair(peer)
	if err != nil {
		return Cipher{}, err
	}
	key, ok := k.secrets().ratchet.at(serial, day)
	if !ok {
		return Cipher{}, fmt.Errorf("%w: block %d, day %d", ErrNoEpoch, serial, day)
	}
	from, to := k.self, p.peer
	if origin != k.self.number {
		from, to = p.peer, k.self
	}
	c := derivePairDay(derivePair(p.shared, key), from, to, serial, day)
	k.ciphers.put(name, c)
	return c, nil
}

// pair returns what this node shares with peer.
func (k *Keys) pair(peer ident.Number) (*pairKeys, error) {
	if p, ok := k.pairs.get(peer); ok {
		return p(), nil
	}
	if peer == k.self.number {
		return nil, fmt.Errorf("%w: %v with itself", ErrNotParty, peer)
	}
	cert, ok := k.roster.Certificate(peer)
	if !ok {
		return nil, fmt.Errorf("%w: %v", ErrUnknownNode, peer)
	}
	shared, err := k.private.Shared(cert.Box)
	if err != nil {
		return nil, fmt.Errorf("pair key with node %v: %w", peer, err)
	}
	p := &pairKeys{peer: end{number: peer, box: cert.Box}, shared: shared}
	p.mac = derivePairMAC(shared, k.self, p.peer)
	k.pairs.put(peer, func() *pairKeys { return p })
	return p, nil
}

// String returns "keys of node" and the number.
func (k *Keys) String() string { return "keys of node " + k.self.number.String() }

// Format prints what String returns for every verb and flag.
func (k *Keys) Format(s fmt.State, _ rune) { io.WriteString(s, k.String()) }
