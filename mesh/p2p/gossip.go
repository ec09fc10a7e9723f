package p2p

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"sync"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"github.com/blackstart-mesh/blackstart/radio"
)

// Bounds of gossip. pubsub drops in silence when one of its queues is full;
// trace counts it.
const (
	gossipProtocol  = protocol.ID("/blackstart/gossip/1") // never meets a public network by accident
	gossipMessage   = radio.MaxMTU + 1024                 // one frame and its wrapping
	gossipOutbound  = 64                                  // RPCs waiting for one peer
	gossipDelivered = 128                                 // frames waiting for this node
	gossipInFlight  = 16                                  // RPCs towards one peer before a publisher waits
	gossipID        = 16                                  // bytes of a message's name
)

// gossip is gossipsub with one topic, the operator's frames for all.
type gossip struct {
	link  *Link
	shown *shown
	trace *trace
	pub   *pubsub.PubSub
	topic *pubsub.Topic
	sub   *pubsub.Subscription
}

func newGossip(l *Link) (*gossip, error) {
	g := &gossip{link: l, trace: newTrace(&l.counters)}
	var err error
	if g.shown, err = newShown(l); err != nil {
		return nil, err
	}
	name := "/blackstart/" + l.cfg.Roster().Operator().String() + "/frames/1"
	quiet := slog.New(slog.DiscardHandler)
	g.pub, err = pubsub.NewGossipSub(l.ctx, g.shown,
		pubsub.WithGossipSubProtocols([]protocol.ID{gossipProtocol}, features),
		pubsub.WithGossipSubParams(gossipParams()),
		// Frames carry their own proof; libp2p's signature would cost 100 bytes
		// and name the sender to everybody on the way.
		pubsub.WithMessageSignaturePolicy(pubsub.StrictNoSign),
		pubsub.WithNoAuthor(),
		pubsub.WithMessageIdFn(messageID),
		pubsub.WithMaxMessageSize(2*gossipMessage),
		pubsub.WithMaxControlMessageSize(16<<10),
		pubsub.WithPeerOutboundQueueSize(gossipOutbound),
		pubsub.WithSubscriptionFilter(pubsub.WrapLimitSubscriptionFilter(pubsub.NewAllowlistSubscriptionFilter(name), 4)),
		pubsub.WithPeerFilter(func(id peer.ID, topic string) bool { return topic == name && l.admitted(id) }),
		pubsub.WithAppSpecificRpcInspector(g.inspect),
		pubsub.WithRawTracer(g.trace),
		pubsub.WithSeenMessagesTTL(time.Minute),
		pubsub.WithLogger(quiet),
		pubsub.WithRPCLogger(quiet),
	)
	if err != nil {
		return nil, err
	}
	if g.topic, err = g.pub.Join(name); err != nil {
		return nil, err
	}
	g.sub, err = g.topic.Subscribe(pubsub.WithBufferSize(gossipDelivered))
	return g, err
}

func features(f pubsub.GossipSubFeature, p protocol.ID) bool {
	switch f {
	case pubsub.GossipSubFeatureMesh, pubsub.GossipSubFeatureIdontwant:
		return p == gossipProtocol
	}
	return false // no peer exchange: nobody tells us whom to dial
}

func gossipParams() pubsub.GossipSubParams {
	p := pubsub.DefaultGossipSubParams()
	p.HeartbeatInitialDelay = 10 * time.Millisecond
	// Messages are kept for so many heartbeats: at full rate they are the
	// largest thing in memory.
	p.HistoryLength, p.HistoryGossip = 3, 2
	p.Connectors = 1 // serves peer exchange, which is off
	p.MaxIHaveLength = 512
	p.PruneBackoff = 15 * time.Second
	return p
}

func messageID(m *pb.Message) string {
	sum := sha256.Sum256(m.GetData())
	return string(sum[:gossipID])
}

// inspect sees everything that a peer sends before pubsub does. A peer whose
// session ended a moment ago is refused as a whole.
func (g *gossip) inspect(id peer.ID, rpc *pubsub.RPC) error {
	if !g.link.admitted(id) {
		g.link.counters.count(gossipRefused)
		return errNotAdmitted
	}
	kept := rpc.Publish[:0]
	for _, m := range rpc.Publish {
		if n := len(m.GetData()); n == 0 || n > radio.MaxMTU || !g.trace.allow(id, time.Now(), n) {
			g.link.counters.count(gossipRefused)
			continue
		}
		kept = append(kept, m)
	}
	rpc.Publish = kept
	return nil
}

// listen hands the frames that others published to the driver. Who of the
// neighbours brought a frame says nothing about who made it: From is 0.
func (g *gossip) listen() {
	defer g.shown.close()
	self := g.link.host.ID()
	for {
		m, err := g.sub.Next(g.link.ctx)
		if err != nil {
			return
		}
		if m.ReceivedFrom == self {
			continue
		}
		if !g.link.heard.first(m.Data) {
			g.link.counters.count(duplicate)
			continue
		}
		g.link.emit(nil, radio.Heard{Data: m.Data})
	}
}

// publish waits while a peer has many messages outstanding, and then hands the
// frame to gossipsub.
func (g *gossip) publish(ctx context.Context, data []byte) error {
	g.trace.wait(ctx)
	err := g.topic.Publish(g.link.ctx, data)
	if errors.Is(err, context.Canceled) {
		return radio.ErrClosed
	}
	return err
}

// misses returns the sessions of neighbours that a publication would reach
// late or not at all: those outside this node's part of the gossip mesh. Where
// neighbours are many, the mesh is left to carry it.
func (g *gossip) misses(sessions []*session) []*session {
	if len(sessions) > DirectLimit {
		return nil
	}
	var out []*session
	for _, s := range sessions {
		if !g.trace.grafted(s.peer) {
			out = append(out, s)
		}
	}
	return out
}

// offer shows an admitted peer to gossipsub.
func (g *gossip) offer(id peer.ID) {
	g.shown.found.Emit(event.EvtPeerIdentificationCompleted{Peer: id, Protocols: []protocol.ID{gossipProtocol}})
}

// upkeep offers admitted peers again that gossipsub has lost, which happens
// when a stream dies while its connection is being replaced.
func (g *gossip) upkeep() {
	known := map[peer.ID]bool{}
	for _, id := range g.pub.ListPeers("") {
		known[id] = true
	}
	for _, s := range g.link.sessions() {
		if !known[s.peer] {
			g.offer(s.peer)
		}
	}
}

// trace follows gossipsub: who is in the mesh, what is outstanding, what was
// dropped. It is called from pubsub's goroutines and must not block.
type trace struct {
	pubsubTracer
	counters *counters
	room     chan struct{}

	mu    sync.Mutex
	mesh  map[peer.ID]bool
	sent  map[peer.ID]int // handed to pubsub, not yet to the stream
	paces map[peer.ID]*pace
}

func newTrace(c *counters) *trace {
	return &trace{
		counters: c, room: make(chan struct{}, 1),
		mesh: map[peer.ID]bool{}, sent: map[peer.ID]int{}, paces: map[peer.ID]*pace{},
	}
}
