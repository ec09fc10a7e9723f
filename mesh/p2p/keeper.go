package p2p

import (
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// keeper looks around once per redial interval: who left the roster, who was
// not admitted in time, who is missing and may be dialled.
type keeper struct {
	link      *Link
	dialler   *dialler
	announcer *announcer // nil without mDNS
}

func newKeeper(l *Link) *keeper {
	k := &keeper{link: l, dialler: newDialler(l)}
	if l.cfg.MDNS {
		k.announcer = newAnnouncer(l)
	}
	return k
}

func (k *keeper) run() {
	tick := time.NewTicker(k.link.cfg.Redial)
	defer tick.Stop()
	if k.announcer != nil {
		defer k.announcer.stop()
	}
	for {
		k.look(time.Now())
		select {
		case <-k.link.ctx.Done():
			return
		case <-tick.C:
		case <-k.link.kick:
		}
	}
}

func (k *keeper) look(now time.Time) {
	l := k.link
	k.evict(now)
	for _, s := range l.sessions() {
		if !s.learned {
			s.learned = k.learn(s)
		}
		if _, other := s.untold(); other {
			s.tellChanged()
		}
	}
	l.gossip.upkeep()
	missing := k.missing()
	k.dialler.look(now, missing)
	if k.announcer != nil {
		k.announcer.look(now, len(missing) > 0)
	}
}

// evict ends the sessions of nodes that left the roster and closes
// connections that lead nowhere.
func (k *keeper) evict(now time.Time) {
	l := k.link
	isMember := func(id peer.ID) bool {
		cert, ok := l.cfg.member(id)
		return ok && cert.Number != l.cfg.Self
	}
	for _, s := range l.sessions() {
		if cert, ok := l.cfg.member(s.peer); !ok || cert.Number != s.node {
			s.end(errRemoved)
		}
	}
	for _, c := range l.host.Network().Conns() {
		id := c.RemotePeer()
		switch {
		case !isMember(id):
			c.Close()
		case !l.admitted(id) && now.Sub(c.Stat().Opened) > AdmissionLimit:
			l.counters.count(notAdmitted)
			l.cfg.Log.Warn("peer did not ask for admission in time", "peer", id, "address", c.RemoteMultiaddr())
			c.Close()
		}
	}
	l.book.keep(isMember)
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, e := range l.peers {
		// Only what nobody uses: a handshake under way has the token.
		if e.session == nil && len(e.turn) == 1 && !isMember(id) {
			delete(l.peers, id)
		}
	}
}

// learn puts the addresses into the book at which an admitted peer says it
// listens, if they are on the machine that we are connected to. It reports
// whether there is nothing more to learn.
func (k *keeper) learn(s *session) bool {
	c := s.stream.Conn()
	remote, err := manet.ToIP(c.RemoteMultiaddr())
	if err != nil {
		return true
	}
	var addrs []ma.Multiaddr
	if c.Stat().Direction == network.DirOutbound {
		addrs = append(addrs, c.RemoteMultiaddr())
	}
	said := k.link.host.Peerstore().Addrs(s.peer)
	for _, a := range said {
		a, _ = peer.SplitAddr(a)
		if a == nil || !dialable(a) || named(a) {
			continue
		}
		if ip, err := manet.ToIP(a); err == nil && ip.Equal(remote) {
			addrs = append(addrs, a)
		}
	}
	if len(addrs) > 0 {
		k.link.book.learn(s.peer, ma.Unique(addrs))
	}
	return len(said) > 0
}

// missing returns the members of the roster that have no session, ascending by
// number; nobody while there is no room.
func (k *keeper) missing() []absent {
	l := k.link
	roster := l.cfg.Roster()
	present := map[ident.Number]bool{l.cfg.Self: true}
	for _, n := range l.neighbours() {
		present[n] = true
	}
	if len(present) > MaxNeighbours {
		return nil
	}
	var all []absent
	for _, n := range roster.Numbers() {
		if present[n] {
			continue
		}
		cert, _ := roster.Certificate(n)
		if id, err := peerID(cert.Sign); err == nil {
			all = append(all, absent{n, id})
		}
	}
	return all
}

// absent is a member of the roster without a session.
type absent struct {
	node ident.Number
	peer peer.ID
}
