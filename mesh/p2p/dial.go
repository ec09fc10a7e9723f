package p2p

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/sec"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	ma "github.com/multiformats/go-multiaddr"
	madns "github.com/multiformats/go-multiaddr-dns"
)

// dialler reaches missing nodes again and again. libp2p's own back-off, which
// grows to minutes, is cleared before each attempt: after a long cut the link
// has to be back in seconds.
type dialler struct {
	link *Link
	slot chan struct{} // a token for each dial that may be under way

	mu       sync.Mutex
	busy     map[peer.ID]bool
	attempts map[peer.ID]int
	probing  bool                 // one at a time: all probes share one name, and libp2p joins dials by name
	probed   map[*fixed]time.Time // not to be probed again before
	looked   map[*fixed]time.Time // when its name was looked up
}

func newDialler(l *Link) *dialler {
	return &dialler{
		link: l, slot: make(chan struct{}, maxDials),
		busy: map[peer.ID]bool{}, attempts: map[peer.ID]int{}, probed: map[*fixed]time.Time{}, looked: map[*fixed]time.Time{},
	}
}

// look starts what is due: look-ups of names, probes of addresses that are not
// known to belong to anybody, dials of missing nodes.
func (d *dialler) look(now time.Time, missing []absent) {
	isMissing := map[peer.ID]bool{}
	for _, m := range missing {
		isMissing[m.peer] = true
	}
	d.forget(isMissing)
	for _, f := range d.link.book.fixed {
		owner, addrs := d.link.book.owner(f)
		if owner != "" && !isMissing[owner] {
			continue
		}
		if named(f.addr) {
			d.lookUp(now, f)
		}
		// With nobody missing there is nobody whom it could lead to.
		if !f.given && len(missing) > 0 && len(addrs) > 0 && (owner == "" || d.failed(owner)) {
			d.probe(now, f, addrs)
		}
	}
	for _, m := range missing {
		if addrs := d.link.book.addresses(m.peer); len(addrs) > 0 {
			d.dial(m, addrs)
		}
	}
}

// forget drops the state of nodes that are not missing any more.
func (d *dialler) forget(isMissing map[peer.ID]bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id := range d.attempts {
		if !isMissing[id] {
			delete(d.attempts, id)
		}
	}
}

// failed reports whether dials of a node went wrong for some time, so that
// another node may live at its address by now.
func (d *dialler) failed(id peer.ID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.attempts[id] > 4
}

// dial makes one attempt in the background, unless one is under way. Of two
// nodes that know each other's address the one with the higher number leaves
// the first attempt to the other, which mostly spares a second connection.
func (d *dialler) dial(m absent, addrs []ma.Multiaddr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy[m.peer] {
		return
	}
	n := d.attempts[m.peer]
	d.attempts[m.peer]++
	if n == 0 && d.link.cfg.Self > m.node {
		return
	}
	connected := d.link.host.Network().Connectedness(m.peer) == network.Connected
	if connected || !d.take() {
		return
	}
	d.busy[m.peer] = true
	d.link.spawn(func() {
		limit := dialQuick
		if n%4 == 3 {
			limit = dialPatient
		}
		err := d.connect(m.peer, addrs, limit)
		d.mu.Lock()
		delete(d.busy, m.peer)
		d.mu.Unlock()
		<-d.slot
		if err != nil {
			d.link.cfg.Log.Debug("dial failed", "node", m.node, "reason", err)
		}
	})
}

func (d *dialler) take() bool {
	select {
	case d.slot <- struct{}{}:
		return true
	default:
		return false
	}
}

func (d *dialler) connect(id peer.ID, addrs []ma.Multiaddr, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(d.link.ctx, limit)
	defer cancel()
	if s, ok := d.link.host.Network().(*swarm.Swarm); ok {
		s.Backoff().Clear(id)
	}
	return d.link.host.Connect(ctx, peer.AddrInfo{ID: id, Addrs: addrs})
}

// probe finds out whose a configured address without /p2p is: it dials it for
// a name that nobody has. The handshake fails, and tells whom it met. A lie
// gains nothing, since the next dial wants the key of that name proven.
func (d *dialler) probe(now time.Time, f *fixed, addrs []ma.Multiaddr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.probing || now.Before(d.probed[f]) || !d.take() {
		return
	}
	d.probing = true
	d.link.spawn(func() {
		nobody := d.link.book.nobody
		err := d.connect(nobody, addrs, dialQuick)
		d.link.host.Peerstore().ClearAddrs(nobody)
		met, rest := d.met(f, err)
		d.mu.Lock()
		d.probing = false
		d.probed[f] = time.Now().Add(rest)
		d.mu.Unlock()
		<-d.slot
		if met {
			d.link.wake()
		}
	})
}

// met notes whom a probe met, and says how long the address may rest.
func (d *dialler) met(f *fixed, err error) (member bool, rest time.Duration) {
	var wrong sec.ErrPeerIDMismatch
	if !errors.As(err, &wrong) {
		d.link.cfg.Log.Debug("probe failed", "address", f.addr, "reason", err)
		return false, 0
	}
	if _, ok := d.link.cfg.member(wrong.Actual); !ok {
		d.link.cfg.Log.Warn("configured address belongs to nobody in the roster", "address", f.addr, "peer", wrong.Actual)
		return false, probeRest
	}
	d.link.book.belongs(f, wrong.Actual)
	return true, probeRest
}

// lookUp resolves a configured name in the background, and keeps the answer
// for a while, since a missing node is dialled every second.
func (d *dialler) lookUp(now time.Time, f *fixed) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at, ok := d.looked[f]; ok && now.Sub(at) < resolveKept {
		return
	}
	d.looked[f] = now
	d.link.spawn(func() {
		ctx, cancel := context.WithTimeout(d.link.ctx, resolveLimit)
		defer cancel()
		addrs, err := madns.DefaultResolver.Resolve(ctx, f.addr)
		if err != nil {
			d.link.cfg.Log.Debug("name not found", "address", f.addr, "reason", err)
			return // the last answer stays: the name server may be down too
		}
		d.link.book.resolve(f, addrs)
		d.link.wake()
	})
}
