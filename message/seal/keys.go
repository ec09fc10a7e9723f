package seal

import (
	"fmt"
	"io"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Epoch0 is the epoch in which a network starts, and in this form the only one.
const Epoch0 = 0

// Limits of what Keys remembers; about 0.6 kB a cipher.
const (
	MaxCiphers = 1024 // ciphers of (group or pair, epoch, origin, day)
	MaxPairs   = 1024 // pair keys, one X25519 operation each
)

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
	network Secret
	link    LinkKey
	groups  map[ident.GroupID][]byte
}

// pairOf hides pairKeys from fmt like secrets.
type pairOf func() *pairKeys

// pairKeys is what two nodes share.
type pairKeys struct {
	peer end
	day  []byte // from which the ciphers of days come
	mac  []byte // key of PairMAC
}

// cipherKey names a cipher: either group or addressee is not zero.
type cipherKey struct {
	group     ident.GroupID
	epoch     uint8
	origin    ident.Number
	addressee ident.Number
	day       clock.Day
}

// NewKeys makes the keys of node self from its private key, the certificates of
// its network, the network secret of epoch 0 and the secrets of the groups that
// it is a member of. All but groups must be given; groups is not kept.
func NewKeys(self ident.Number, private *ident.Private, roster *ident.Roster, network Secret, groups map[ident.GroupID]Secret) *Keys {
	s := &secrets{
		network: network,
		link:    deriveLink(network, Epoch0),
		groups:  make(map[ident.GroupID][]byte, len(groups)),
	}
	for id, secret := range groups { // into a map, so the order does not show
		s.groups[id] = deriveGroup(network, secret)
	}
	return &Keys{
		self:    end{number: self, box: private.BoxKey()},
		private: private,
		roster:  roster,
		secrets: func() *secrets { return s },
		ciphers: newCache[cipherKey, Cipher](MaxCiphers),
		pairs:   newCache[ident.Number, pairOf](MaxPairs),
	}
}

// Self returns the number of the node whose keys these are.
func (k *Keys) Self() ident.Number { return k.self.number }

// Link returns the key that protects radio frames in an epoch and day. In this
// form it is the same on every day, see deriveLink. Frames do not name their
// epoch, callers try those that the node holds: asking for another is a broken
// invariant and panics, rather than to answer with a key that everybody knows.
func (k *Keys) Link(epoch uint8, _ clock.Day) LinkKey {
	if epoch != Epoch0 {
		panic(fmt.Sprintf("seal: link key of epoch %d", epoch))
	}
	return k.secrets().link
}

// Group returns the cipher for what origin writes to a group on a day, or false
// if this node does not hold the group's key of that epoch.
func (k *Keys) Group(g ident.GroupID, epoch uint8, origin ident.Number, day clock.Day) (Cipher, bool) {
	key := cipherKey{group: g, epoch: epoch, origin: origin, day: day}
	if c, ok := k.ciphers.get(key); ok {
		return c, true
	}
	groupKey, ok := k.secrets().groups[g]
	if !ok || epoch != Epoch0 {
		return Cipher{}, false
	}
	c := deriveGroupDay(groupKey, g, epoch, origin, day)
	k.ciphers.put(key, c)
	return c, true
}

// Pair returns the cipher for what origin writes to addressee on a day. This
// node must be one of the two (else ErrNotParty) and hold the other's
// certificate (ErrUnknownNode) and the epoch's secret (ErrNoEpoch).
func (k *Keys) Pair(origin, addressee ident.Number, epoch uint8, day clock.Day) (Cipher, error) {
	key := cipherKey{epoch: epoch, origin: origin, addressee: addressee, day: day}
	if c, ok := k.ciphers.get(key); ok && addressee != 0 {
		return c, nil
	}
	if epoch != Epoch0 {
		return Cipher{}, fmt.Errorf("%w: %d", ErrNoEpoch, epoch)
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
	from, to := k.self, p.peer
	if origin != k.self.number {
		from, to = p.peer, k.self
	}
	c := derivePairDay(p.day, from, to, epoch, day)
	k.ciphers.put(key, c)
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
	p := &pairKeys{peer: end{number: peer, box: cert.Box}, day: derivePair(shared, k.secrets().network)}
	p.mac = derivePairMAC(p.day, k.self, p.peer)
	k.pairs.put(peer, func() *pairKeys { return p })
	return p, nil
}

// String returns "keys of node" and the number.
func (k *Keys) String() string { return "keys of node " + k.self.number.String() }

// Format prints what String returns for every verb and flag.
func (k *Keys) Format(s fmt.State, _ rune) { io.WriteString(s, k.String()) }
