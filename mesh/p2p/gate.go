package p2p

import (
	"github.com/libp2p/go-libp2p/core/control"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

// gate is libp2p's connection gater. It lets dials go only to addresses of the
// book, whatever libp2p may have learnt elsewhere, and connections live only
// with members of the roster.
type gate struct {
	cfg      *Config
	book     *book
	counters *counters
	full     func(peer.ID) bool // no room for another neighbour
}

func (g *gate) InterceptPeerDial(id peer.ID) bool {
	if g.book.stranger(id) {
		return true
	}
	_, ok := g.cfg.member(id)
	return ok
}

func (g *gate) InterceptAddrDial(id peer.ID, addr ma.Multiaddr) bool { return g.book.allows(id, addr) }

func (g *gate) InterceptAccept(network.ConnMultiaddrs) bool { return true }

func (g *gate) InterceptSecured(_ network.Direction, id peer.ID, _ network.ConnMultiaddrs) bool {
	if cert, ok := g.cfg.member(id); !ok || cert.Number == g.cfg.Self {
		g.counters.count(refusedPeer)
		return false
	}
	if g.full(id) {
		g.counters.count(refusedFull)
		return false
	}
	return true
}

func (g *gate) InterceptUpgraded(network.Conn) (bool, control.DisconnectReason) { return true, 0 }
