package p2p

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

// intruder is a libp2p host that speaks our protocols without our rules.
type intruder struct {
	host.Host
	topic *pubsub.Topic
	sub   *pubsub.Subscription
}

func intrude(t *testing.T, key crypto.PrivKey, target *station) *intruder {
	t.Helper()
	h, err := libp2p.New(libp2p.Identity(key), libp2p.NoListenAddrs, libp2p.Security(libp2ptls.ID, libp2ptls.New), libp2p.DisableMetrics())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() { cancel(); h.Close() })
	ps, err := pubsub.NewGossipSub(ctx, h,
		pubsub.WithGossipSubProtocols([]protocol.ID{gossipProtocol}, features),
		pubsub.WithMessageSignaturePolicy(pubsub.StrictNoSign), pubsub.WithNoAuthor(), pubsub.WithMessageIdFn(messageID))
	if err != nil {
		t.Fatal(err)
	}
	topic, err := ps.Join(target.gossip.topic.String())
	if err != nil {
		t.Fatal(err)
	}
	sub, err := topic.Subscribe()
	if err != nil {
		t.Fatal(err)
	}
	return &intruder{h, topic, sub}
}

func (i *intruder) connect(t *testing.T, target *station) {
	t.Helper()
	for _, a := range target.addresses {
		info, err := peer.AddrInfoFromString(a)
		if err != nil {
			t.Fatal(err)
		}
		// Success proves nothing, and neither does failure: the gate may be
		// quicker than the dial.
		i.Connect(t.Context(), *info)
	}
}

// hearsNothing fails when a frame that target sends reaches the intruder while
// a friend of the target gets it.
func (i *intruder) hearsNothing(t *testing.T, target, friend *station) {
	t.Helper()
	data := []byte("not for everybody")
	target.send(t, radio.Frame{Data: data})
	await.Until(t, patience, "the friend to hear it", func() bool { n, _ := friend.hears(data); return n == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	for m, err := i.sub.Next(ctx); err == nil; m, err = i.sub.Next(ctx) {
		if m.ReceivedFrom != i.ID() {
			t.Errorf("the intruder received %q", m.Data)
		}
	}
}

func TestStrangersStayOutside(t *testing.T) {
	t.Parallel()
	o, other := newOperator(10), newOperator(11)
	m := o.enrolAll(1, 2, 3)
	roster := o.roster(m[0], m[1]) // 3 is certified, but not in the roster
	foreign := other.enrol(2)      // certified by another authority, with a number that exists here
	_, unknown, err := unknownKey()
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]crypto.PrivKey{
		"unknown key": unknown, "another operator": mustKey(t, foreign), "removed from the roster": mustKey(t, m[2]),
	} {
		t.Run(name, func(t *testing.T) {
			a := start(t, m[0], roster, nil)
			b := start(t, m[1], roster, peersOf(a))
			meet(t, a, b)
			i := intrude(t, key, a)
			i.connect(t, a)
			await.Until(t, patience, "the refusal to be counted", func() bool { return a.counted("peer refused: not in roster") >= 1 })
			if s, err := i.NewStream(t.Context(), a.host.ID(), a.protocol); err == nil {
				writeRecord(s, recordHello, (&Link{cfg: a.cfg}).hello(SessionID{}).Encode())
				writeRecord(s, recordBroadcast, []byte("injected"))
			}
			i.topic.Publish(t.Context(), []byte("injected"))
			i.hearsNothing(t, a, b)
			await.Until(t, patience, "the intruder to be cut off", func() bool {
				return len(a.host.Network().ConnsToPeer(i.ID())) == 0
			})
			if n, _ := a.hears([]byte("injected")); n != 0 {
				t.Error("a stranger's frame was heard")
			}
		})
	}
}

// A node with another operator's network file dials us, as a whole node.
func TestNodesOfTwoOperatorsDoNotMeet(t *testing.T) {
	t.Parallel()
	o, other := newOperator(12), newOperator(13)
	ours, theirs := o.enrol(1), other.enrol(2)
	a := start(t, ours, o.roster(ours), nil)
	// They even believe that our node is theirs.
	forged := *ours.cert
	forged.Operator = other.id
	b := start(t, theirs, other.roster(theirs, member{nil, &forged}), peersOf(a))
	await.Until(t, patience, "the refusal to be counted", func() bool { return a.counted("peer refused: not in roster") >= 1 })
	if a.upCount() != 0 || b.upCount() != 0 {
		t.Errorf("contacts: %d and %d", a.upCount(), b.upCount())
	}
}

// The key is in the roster and the connection stands, but the Hello is bad:
// what the gater lets through, the handshake stops.
func TestHelloDecides(t *testing.T) {
	t.Parallel()
	o := newOperator(14)
	m := o.enrolAll(1, 2, 5)
	roster := o.roster(m...)
	unsigned := *m[0].cert
	unsigned.Name = "boss"
	for name, spoil := range map[string]func(*Hello){
		"another operator":    func(h *Hello) { h.Operator[0] ^= 1 },
		"altered certificate": func(h *Hello) { h.Certificate = &unsigned },
		"someone else's":      func(h *Hello) { h.Certificate = m[1].cert },
	} {
		t.Run(name, func(t *testing.T) {
			a := start(t, m[2], roster, nil) // the higher number: the intruder opens
			i := intrude(t, mustKey(t, m[0]), a)
			i.connect(t, a)
			s, err := i.NewStream(t.Context(), a.host.ID(), a.protocol)
			if err != nil {
				t.Fatal(err)
			}
			h := Hello{Operator: o.id, Session: SessionID{1}, Heartbeat: 1, Certificate: m[0].cert}
			spoil(&h)
			writeRecord(s, recordHello, h.Encode())
			writeRecord(s, recordNeighbours, nil)
			writeRecord(s, recordBroadcast, []byte("injected"))
			i.topic.Publish(t.Context(), []byte("injected"))
			await.Until(t, patience, "the rejection to be counted", func() bool { return a.counted("hello rejected") == 1 })
			if n, _ := a.hears([]byte("injected")); n != 0 || a.upCount() != 0 {
				t.Errorf("heard %d frames, %d contacts", n, a.upCount())
			}
		})
	}
}

func TestGarbageOnStreams(t *testing.T) {
	t.Parallel()
	o := newOperator(15)
	m := o.enrolAll(1, 2, 5)
	roster := o.roster(m...)
	a := start(t, m[2], roster, nil)
	i := intrude(t, mustKey(t, m[0]), a)
	hello := Hello{Operator: o.id, Session: SessionID{1}, Heartbeat: 1, Certificate: m[0].cert}
	junk := make([]byte, 5000)
	rand.Read(junk)
	for name, write := range map[string]func(network.Stream){
		"random bytes": func(s network.Stream) { s.Write(append([]byte{0x00, 0x05}, junk...)) },
		"huge hello":   func(s network.Stream) { s.Write([]byte{0xFF, 0xFF, byte(recordHello)}); s.Write(junk) },
		"frame first":  func(s network.Stream) { writeRecord(s, recordBroadcast, junk) },
		"empty frame": func(s network.Stream) {
			writeRecord(s, recordHello, hello.Encode())
			writeRecord(s, recordNeighbours, nil)
			writeRecord(s, recordAddressed, nil)
		},
		"second hello": func(s network.Stream) {
			writeRecord(s, recordHello, hello.Encode())
			writeRecord(s, recordNeighbours, nil)
			writeRecord(s, recordHello, hello.Encode())
		},
		"unordered neighbours": func(s network.Stream) {
			writeRecord(s, recordHello, hello.Encode())
			writeRecord(s, recordNeighbours, encodeNumbers([]ident.Number{9, 3}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			i.connect(t, a)
			bad := func() uint64 { return a.counted("hello rejected") + a.counted("malformed record") }
			before := bad()
			s, err := i.NewStream(t.Context(), a.host.ID(), a.protocol)
			if err != nil {
				t.Fatal(err)
			}
			write(s)
			await.Until(t, patience, "the garbage to be counted", func() bool { return bad() > before })
			await.Until(t, patience, "the contact to be over", func() bool { return !a.sees(1) })
			a.host.Network().ClosePeer(i.ID())
			i.Network().ClosePeer(a.host.ID())
		})
	}
	b := start(t, m[1], roster, peersOf(a)) // and the node still works
	meet(t, a, b)
	exchange(t, a, b, 77)
}

func TestRemovedNodeIsDisconnected(t *testing.T) {
	t.Parallel()
	o := newOperator(16)
	m := o.enrolAll(1, 2)
	roster := o.roster(m...)
	a := start(t, m[0], roster, nil)
	b := start(t, m[1], roster, peersOf(a))
	meet(t, a, b)
	a.roster.Store(o.roster(m[0]))
	await.Until(t, patience, "the removed node to go", func() bool { return !a.sees(2) && !b.sees(1) })
	refused := a.counted("peer refused: not in roster")
	await.Until(t, patience, "its return to be refused", func() bool { return a.counted("peer refused: not in roster") > refused })
	a.roster.Store(roster)
	meet(t, a, b)
}

func TestSilentConnectionIsClosed(t *testing.T) {
	t.Parallel()
	o := newOperator(17)
	m := o.enrolAll(1, 5)
	a := start(t, m[1], o.roster(m...), nil)
	i := intrude(t, mustKey(t, m[0]), a)
	i.connect(t, a)
	await.Until(t, AdmissionLimit+patience, "the connection to be closed", func() bool {
		return a.counted("not admitted in time") >= 1 && len(a.host.Network().ConnsToPeer(i.ID())) == 0
	})
	if a.upCount() != 0 {
		t.Error("a peer without a Hello became a contact")
	}
}

func mustKey(t *testing.T, m member) crypto.PrivKey {
	t.Helper()
	key, err := hostKey(m.private)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func unknownKey() (crypto.PubKey, crypto.PrivKey, error) {
	private, public, err := crypto.GenerateEd25519Key(rand.Reader)
	return public, private, err
}
