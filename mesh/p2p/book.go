package p2p

import (
	"fmt"
	"slices"
	"sync"

	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

// book knows the addresses at which nodes may be dialled, and why. Nothing
// that is not in it is ever dialled.
type book struct {
	nobody peer.ID // a name that no node has; see probe

	mu      sync.Mutex
	fixed   []*fixed                   // from the configuration, in its order
	found   map[peer.ID][]ma.Multiaddr // announced by mDNS on an attached network
	learned map[peer.ID][]ma.Multiaddr // of peers that were admitted
}

// fixed is one configured address.
type fixed struct {
	addr     ma.Multiaddr   // without /p2p
	peer     peer.ID        // whose it is; empty while that is not known
	given    bool           // the configuration says whose
	resolved []ma.Multiaddr // what its name stands for; addr itself without a name
}

func newBook(nobody peer.ID, addresses []string) (*book, error) {
	b := &book{nobody: nobody, found: map[peer.ID][]ma.Multiaddr{}, learned: map[peer.ID][]ma.Multiaddr{}}
	for _, s := range addresses {
		whole, err := ma.NewMultiaddr(s)
		if err != nil {
			return nil, fmt.Errorf("peer address %q: %w", s, err)
		}
		addr, id := peer.SplitAddr(whole)
		if addr == nil || !dialable(addr) {
			return nil, fmt.Errorf("peer address %q is none of QUIC or TCP; write /ip4/ADDRESS/udp/PORT/quic-v1 or /ip4/ADDRESS/tcp/PORT", s)
		}
		f := &fixed{addr: addr, peer: id, given: id != ""}
		if !named(addr) {
			f.resolved = []ma.Multiaddr{addr}
		}
		b.fixed = append(b.fixed, f)
	}
	return b, nil
}

// dialable reports whether addr is plain QUIC or TCP to an IP address or name.
func dialable(addr ma.Multiaddr) bool {
	var codes []int
	for _, c := range addr {
		codes = append(codes, c.Protocol().Code)
	}
	if len(codes) > 0 && codes[0] == ma.P_IP6ZONE {
		codes = codes[1:]
	}
	if len(codes) < 2 || !slices.Contains([]int{ma.P_IP4, ma.P_IP6, ma.P_DNS, ma.P_DNS4, ma.P_DNS6}, codes[0]) {
		return false
	}
	return slices.Equal(codes[1:], []int{ma.P_TCP}) || slices.Equal(codes[1:], []int{ma.P_UDP, ma.P_QUIC_V1})
}

// named reports whether addr begins with a name that has to be looked up.
func named(addr ma.Multiaddr) bool {
	switch addr[0].Protocol().Code {
	case ma.P_DNS, ma.P_DNS4, ma.P_DNS6:
		return true
	}
	return false
}

// stranger reports whether id is the name under which addresses are probed
// while it is not known whose they are.
func (b *book) stranger(id peer.ID) bool { return id == b.nobody }

// addresses returns what is known of a peer, without duplicates: configured
// addresses first.
func (b *book) addresses(id peer.ID) []ma.Multiaddr {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []ma.Multiaddr
	for _, f := range b.fixed {
		if f.peer == id {
			all = append(all, f.resolved...)
		}
	}
	all = append(all, b.found[id]...)
	all = append(all, b.learned[id]...)
	return ma.Unique(all)
}

// allows reports whether addr may be dialled for id.
func (b *book) allows(id peer.ID, addr ma.Multiaddr) bool {
	addr, _ = peer.SplitAddr(addr)
	if !b.stranger(id) {
		return ma.Contains(b.addresses(id), addr)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.fixed, func(f *fixed) bool { return !f.given && ma.Contains(f.resolved, addr) })
}

// announced replaces what mDNS says of a peer.
func (b *book) announced(id peer.ID, addrs []ma.Multiaddr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.found[id] = slices.Clone(addrs[:min(len(addrs), maxAddresses)])
}

// learn replaces what admitted connections taught of a peer.
func (b *book) learn(id peer.ID, addrs []ma.Multiaddr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.learned[id] = slices.Clone(addrs[:min(len(addrs), maxAddresses)])
}

// keep forgets everybody for whom member is false, so that the book is never
// larger than the roster.
func (b *book) keep(member func(peer.ID) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range []map[peer.ID][]ma.Multiaddr{b.found, b.learned} {
		for id := range m {
			if !member(id) {
				delete(m, id)
			}
		}
	}
}

// belongs notes whose a configured address without /p2p is.
func (b *book) belongs(f *fixed, id peer.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f.peer = id
}

// resolve notes what the name of a configured address stands for.
func (b *book) resolve(f *fixed, addrs []ma.Multiaddr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f.resolved = addrs[:min(len(addrs), maxAddresses)]
}

// owner returns whose a configured address is, and what it stands for.
func (b *book) owner(f *fixed) (peer.ID, []ma.Multiaddr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return f.peer, f.resolved
}
