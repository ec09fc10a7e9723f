package p2p

import (
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/radio"
)

func TestAddressWithoutName(t *testing.T) {
	t.Parallel()
	for i, transport := range []string{"tcp", "quic"} {
		t.Run(transport, func(t *testing.T) {
			o := newOperator(byte(30 + i))
			m := o.enrolAll(1, 2, 3)
			roster := o.roster(m...)
			a := start(t, m[0], roster, nil)
			b := start(t, m[1], roster, func(c *Config) {
				for _, addr := range listening(a) {
					if strings.Contains(addr, transport) {
						c.Peers = append(c.Peers, addr)
					}
				}
			})
			meet(t, a, b)
		})
	}
}

func TestAddressByName(t *testing.T) {
	t.Parallel()
	o := newOperator(32)
	m := o.enrolAll(1, 2)
	roster := o.roster(m...)
	a := start(t, m[0], roster, nil)
	b := start(t, m[1], roster, func(c *Config) {
		c.Peers = []string{strings.Replace(a.addresses[0], "/ip4/127.0.0.1", "/dns4/localhost", 1)}
	})
	meet(t, a, b)
}

// wire is a TCP connection between nodes that can be cut without either end
// being told, as a pulled cable does.
type wire struct {
	net.Listener
	to   string
	mu   sync.Mutex
	cond *sync.Cond
	cut  bool
	live []net.Conn
}

func lay(t *testing.T, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.3:0") // where no node lives, so that nobody learns a way around it
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l, to: to}
	w.cond = sync.NewCond(&w.mu)
	t.Cleanup(func() {
		l.Close()
		w.set(false)
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, c := range w.live {
			c.Close()
		}
	})
	go w.accept()
	return w
}

func (w *wire) accept() {
	for {
		in, err := w.Accept()
		if err != nil {
			return
		}
		w.await()
		out, err := net.Dial("tcp4", w.to)
		if err != nil {
			in.Close()
			continue
		}
		w.mu.Lock()
		w.live = append(w.live, in, out)
		w.mu.Unlock()
		go w.carry(in, out)
		go w.carry(out, in)
	}
}

func (w *wire) carry(from io.Reader, to net.Conn) {
	defer to.Close()
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		w.await()
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

func (w *wire) await() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.cut {
		w.cond.Wait()
	}
}

func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	w.cond.Broadcast()
}

func TestCutIsNoticedAndMended(t *testing.T) {
	t.Parallel()
	o := newOperator(33)
	m := o.enrolAll(1, 2)
	roster := o.roster(m...)
	a := start(t, m[0], roster, func(c *Config) { c.Listen = loopback[1:] })
	port := strings.Split(listening(a)[0], "/")[4]
	w := lay(t, "127.0.0.1:"+port)
	_, entry, _ := net.SplitHostPort(w.Addr().String())
	b := start(t, m[1], roster, func(c *Config) {
		c.Listen = []string{"/ip4/127.0.0.2/tcp/0"} // a has no other way to learn b's address
		c.Peers = []string{"/ip4/127.0.0.3/tcp/" + entry + "/p2p/" + a.host.ID().String()}
	})
	meet(t, a, b)
	for range 2 {
		w.set(true)
		await.Until(t, patience, "both ends to notice the cut", func() bool { return !a.sees(2) && !b.sees(1) })
		w.set(false)
		meet(t, a, b)
		exchange(t, a, b, 300)
	}
	if a.counted("peer silent")+b.counted("peer silent") == 0 {
		t.Error("nobody missed the signs of life")
	}
}

// Both know each other: whatever connections come about at first, one session
// and in the end one connection remains.
func TestOneConnectionRemains(t *testing.T) {
	t.Parallel()
	o := newOperator(34)
	m := o.enrolAll(1, 2)
	roster := o.roster(m...)
	a := start(t, m[0], roster, nil)
	b := start(t, m[1], roster, peersOf(a))
	meet(t, a, b)
	// A second connection the other way round, against libp2p's own wish to
	// reuse the first.
	info, err := peer.AddrInfoFromString(b.addresses[0])
	if err != nil {
		t.Fatal(err)
	}
	a.book.learn(info.ID, info.Addrs)
	if _, err := dialAnew(t, a, info); err != nil {
		t.Fatal(err)
	}
	await.Until(t, patience, "one connection", func() bool {
		return len(a.host.Network().ConnsToPeer(b.host.ID())) == 1 && len(b.host.Network().ConnsToPeer(a.host.ID())) == 1
	})
	if a.upCount() != 1 || b.upCount() != 1 {
		t.Errorf("the contact came up %d and %d times", a.upCount(), b.upCount())
	}
	exchange(t, a, b, 10)
}

func dialAnew(t *testing.T, s *station, info *peer.AddrInfo) (network.Conn, error) {
	t.Helper()
	ctx := network.WithForceDirectDial(t.Context(), "test")
	s.host.Peerstore().AddAddrs(info.ID, info.Addrs, 1<<40)
	return s.host.Network().DialPeer(ctx, info.ID)
}

// Whatever libp2p learns of a peer's addresses, only those of the book are
// dialled, and nothing of libp2p's own services runs.
func TestNothingElseIsDialled(t *testing.T) {
	t.Parallel()
	o := newOperator(35)
	m := o.enrolAll(1, 2)
	roster := o.roster(m...)
	a := start(t, m[0], roster, nil)
	b := start(t, m[1], roster, peersOf(a))
	meet(t, a, b)
	g := &gate{&b.cfg, b.book, &b.counters, b.full}
	for _, s := range []string{
		"/ip4/104.131.131.82/tcp/4001", "/ip4/8.8.8.8/udp/53/quic-v1", "/ip4/127.0.0.1/tcp/1", "/dns4/bootstrap.libp2p.io/tcp/443",
	} {
		if g.InterceptAddrDial(a.host.ID(), ma.StringCast(s)) || g.InterceptAddrDial(b.book.nobody, ma.StringCast(s)) {
			t.Errorf("%s may be dialled", s)
		}
	}
	for _, s := range a.addresses {
		if !g.InterceptAddrDial(a.host.ID(), ma.StringCast(s)) {
			t.Errorf("the configured %s may not be dialled", s)
		}
	}
	if g.InterceptPeerDial("QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN") {
		t.Error("a peer that is not in the roster may be dialled")
	}
	var got []string
	for _, p := range b.host.Mux().Protocols() {
		got = append(got, string(p))
	}
	slices.Sort(got)
	want := []string{
		string(b.protocol), string(gossipProtocol), "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0",
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the host answers to %q, want %q", got, want)
	}
	if _, err := b.host.EventBus().Subscribe(new(event.EvtLocalReachabilityChanged)); err != nil {
		t.Error(err)
	}
}

func TestNearKeepsToAttachedNetworks(t *testing.T) {
	t.Parallel()
	_, lan, _ := net.ParseCIDR("10.9.0.1/24")
	_, six, _ := net.ParseCIDR("fe80::1/64")
	attached := []net.Addr{lan, six}
	for addr, want := range map[string]bool{
		"/ip4/10.9.0.200/tcp/1":             true,
		"/ip4/10.9.1.1/tcp/1":               false,
		"/ip4/8.8.8.8/udp/53/quic-v1":       false,
		"/ip6/fe80::2/udp/1/quic-v1":        true,
		"/ip6/2001:db8::1/udp/1/quic-v1":    false,
		"/dns4/printer.local/tcp/1":         false,
		"/ip6zone/eth0/ip6/fe80::3/tcp/400": true,
	} {
		if got := near(ma.StringCast(addr), attached); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
}

// A peer that reads nothing is dropped, and holds up nobody else.
func TestSlowPeerLosesFramesAlone(t *testing.T) {
	t.Parallel()
	o := newOperator(36)
	m := o.enrolAll(1, 2, 3)
	roster := o.roster(m...)
	a := start(t, m[0], roster, nil)
	b := start(t, m[1], roster, peersOf(a))
	meet(t, a, b)
	id, err := peerID(m[2].cert.Sign)
	if err != nil {
		t.Fatal(err)
	}
	slow := &session{ // without anybody who would take what is queued
		link: a.Link, node: 3, peer: id, learned: true,
		queue: make(chan outbound), changed: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	a.Link.mu.Lock()
	a.peers[id] = &entry{turn: make(chan struct{}, 1), session: slow}
	a.Link.mu.Unlock()
	data := []byte("for all")
	if err := a.send(t, radio.Frame{Data: data}); err != nil {
		t.Error(err)
	}
	await.Until(t, patience, "the quick peer to hear it", func() bool { n, _ := b.hears(data); return n == 1 })
	if n := a.counted("queue full"); n != 1 {
		t.Errorf("%d frames lost", n)
	}
	if err := a.send(t, radio.Frame{To: 3, Data: data}); err == nil {
		t.Error("a frame for a stalled node was reported as sent")
	}
	a.Link.mu.Lock()
	delete(a.peers, id)
	a.Link.mu.Unlock()
}
