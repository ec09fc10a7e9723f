package p2p

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
	multistream "github.com/multiformats/go-multistream"

	"github.com/blackstart-mesh/blackstart/radio"
)

// errDuplicate says that both sides hold one live session and need no other.
var errDuplicate = errors.New("second connection to one peer")

// newNobody draws a name that belongs to no node, since nobody keeps its key.
func newNobody() (peer.ID, error) {
	_, public, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return "", err
	}
	return peer.IDFromPublicKey(public)
}

// notifiee hears of libp2p's connections.
type notifiee struct{ l *Link }

func (n notifiee) Connected(_ network.Network, c network.Conn) {
	// The lower number opens the session, on every new connection: whether the
	// peer needs one is for the two Hellos to find out.
	cert, ok := n.l.cfg.member(c.RemotePeer())
	if ok && n.l.cfg.Self < cert.Number {
		n.l.spawn(func() { n.l.open(c) })
	}
}

func (n notifiee) Disconnected(network.Network, network.Conn)    { n.l.wake() }
func (n notifiee) Listen(network.Network, ma.Multiaddr)          {}
func (n notifiee) ListenClose(_ network.Network, _ ma.Multiaddr) {}

// takeTurn waits until no other handshake with the peer is under way. Without
// it two connections made at the same moment could end up as different
// sessions at the two ends.
func (l *Link) takeTurn(ctx context.Context, id peer.ID) (*entry, error) {
	l.mu.Lock()
	e := l.peers[id]
	if e == nil {
		e = &entry{turn: make(chan struct{}, 1)}
		e.turn <- struct{}{}
		l.peers[id] = e
	}
	l.mu.Unlock()
	select {
	case <-e.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.peers[id] != e { // the keeper forgot the peer meanwhile
		return nil, errRemoved
	}
	return e, nil
}

func (l *Link) current(e *entry) SessionID {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.session == nil {
		return SessionID{}
	}
	return e.session.id
}

// open shakes hands on a new connection, as the side with the lower number.
// When that fails for any reason, the connection is of no use and closed.
func (l *Link) open(c network.Conn) {
	ctx, cancel := context.WithTimeout(l.ctx, handshakeLimit)
	defer cancel()
	e, err := l.takeTurn(ctx, c.RemotePeer())
	if err != nil {
		c.Close()
		return
	}
	defer func() { e.turn <- struct{}{} }()
	s, err := l.propose(ctx, c, e)
	if err != nil {
		l.rejected(c, err)
		c.Close()
		return
	}
	l.install(e, s)
}

func (l *Link) propose(ctx context.Context, c network.Conn, e *entry) (*session, error) {
	stream, err := c.NewStream(ctx)
	if err != nil {
		return nil, err
	}
	mine := l.hello(l.current(e))
	rand.Read(mine.Session[:])
	s, err := func() (*session, error) {
		stream.SetDeadline(time.Now().Add(handshakeLimit))
		if err := multistream.SelectProtoOrFail(l.protocol, stream); err != nil {
			return nil, err
		}
		if err := stream.SetProtocol(l.protocol); err != nil {
			return nil, err
		}
		if err := writeRecord(stream, recordHello, mine.Encode()); err != nil {
			return nil, err
		}
		s, theirs, err := l.receiveHello(stream)
		if err != nil {
			return nil, err
		}
		if theirs.Session != mine.Session {
			return nil, fmt.Errorf("%w: answer to session %x", ErrHelloMalformed, theirs.Session)
		}
		if mine.Current != (SessionID{}) && mine.Current == theirs.Current {
			return nil, errDuplicate
		}
		// The other side holds the session to be open when it reads this.
		return s, writeRecord(stream, recordNeighbours, encodeNumbers(l.neighbours()))
	}()
	if err != nil {
		stream.Reset()
	}
	return s, err
}

// answer shakes hands on a stream that the other side, the one with the lower
// number, has opened.
func (l *Link) answer(stream network.Stream) {
	c := stream.Conn()
	cert, ok := l.cfg.member(c.RemotePeer())
	if !ok || cert.Number >= l.cfg.Self {
		stream.Reset()
		return
	}
	l.spawn(func() {
		ctx, cancel := context.WithTimeout(l.ctx, handshakeLimit)
		defer cancel()
		e, err := l.takeTurn(ctx, c.RemotePeer())
		if err != nil {
			stream.Reset()
			return
		}
		defer func() { e.turn <- struct{}{} }()
		s, err := l.accept(stream, e)
		if err != nil {
			l.rejected(c, err)
			stream.Reset()
			return
		}
		l.install(e, s)
	})
}

func (l *Link) accept(stream network.Stream, e *entry) (*session, error) {
	stream.SetDeadline(time.Now().Add(handshakeLimit))
	s, theirs, err := l.receiveHello(stream)
	if err != nil {
		return nil, err
	}
	mine := l.hello(l.current(e))
	mine.Session = theirs.Session
	if err := writeRecord(stream, recordHello, mine.Encode()); err != nil {
		return nil, err
	}
	if mine.Current != (SessionID{}) && mine.Current == theirs.Current {
		return nil, errDuplicate
	}
	kind, body, err := readRecord(s.reader)
	if err != nil {
		return nil, err
	}
	if kind != recordNeighbours {
		return nil, fmt.Errorf("%w: kind %d before the session is open", errRecord, kind)
	}
	return s, s.handle(kind, body)
}

func (l *Link) hello(current SessionID) Hello {
	return Hello{
		Operator:    l.cfg.Roster().Operator(),
		Current:     current,
		Heartbeat:   uint8(l.cfg.Heartbeat / time.Second),
		Certificate: l.cfg.Certificate,
	}
}

// receiveHello reads the peer's Hello and decides on its admission.
func (l *Link) receiveHello(stream network.Stream) (*session, Hello, error) {
	reader := bufio.NewReaderSize(stream, recordHeader+radio.MaxMTU)
	kind, body, err := readRecord(reader)
	if err != nil {
		return nil, Hello{}, err
	}
	if kind != recordHello {
		return nil, Hello{}, fmt.Errorf("%w: kind %d in place of a hello", errRecord, kind)
	}
	h, err := DecodeHello(body)
	if err != nil {
		return nil, Hello{}, err
	}
	id := stream.Conn().RemotePeer()
	if err := l.cfg.admit(id, h); err != nil {
		return nil, Hello{}, fmt.Errorf("%w: %w", errNotAdmitted, err)
	}
	return &session{
		link: l, id: h.Session, peer: id, node: h.Certificate.Number, stream: stream, reader: reader, silence: h.silence(),
		queue: make(chan outbound, sessionQueue), changed: make(chan struct{}, 1),
		ended: make(chan struct{}), finished: make(chan struct{}),
	}, h, nil
}

var errNotAdmitted = errors.New("not admitted")

// rejected notes why a handshake failed, when the peer is to blame.
func (l *Link) rejected(c network.Conn, err error) {
	for _, class := range []error{errNotAdmitted, errRecord, ErrHelloMalformed, ErrHelloTruncated, ErrHelloVersion} {
		if errors.Is(err, class) {
			l.counters.count(rejectedHello)
			l.cfg.Log.Warn("peer not admitted", "peer", c.RemotePeer(), "address", c.RemoteMultiaddr(), "reason", err)
			return
		}
	}
	l.cfg.Log.Debug("handshake failed", "peer", c.RemotePeer(), "address", c.RemoteMultiaddr(), "reason", err)
}

// install makes s the peer's session, in place of an older one, which is over
// for the driver before this one begins. The caller has the entry's turn.
func (l *Link) install(e *entry, s *session) {
	l.mu.Lock()
	old := e.session
	l.mu.Unlock()
	if old != nil {
		old.end(errReplaced)
		<-old.finished
		if old.stream.Conn() != s.stream.Conn() {
			old.stream.Conn().Close()
		}
	}
	s.stream.SetDeadline(time.Time{})
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		s.stream.Reset()
		return
	}
	e.session = s
	l.mu.Unlock()
	l.cfg.Log.Info("neighbour is up", "node", s.node, "address", s.stream.Conn().RemoteMultiaddr())
	l.spawn(func() {
		s.run()
		l.retire(e, s)
	})
	l.tellNeighbours()
	l.gossip.offer(s.peer)
}

// retire forgets an ended session. Unless another one has taken its place, the
// peer is disconnected: a connection without a session serves nobody.
func (l *Link) retire(e *entry, s *session) {
	l.mu.Lock()
	last := e.session == s
	if last {
		e.session = nil
	}
	l.mu.Unlock()
	if !last || l.ctx.Err() != nil {
		return
	}
	l.cfg.Log.Info("neighbour is down", "node", s.node, "reason", s.why)
	l.host.Network().ClosePeer(s.peer)
	l.tellNeighbours()
	l.wake()
}

// tellNeighbours makes every session send the list of admitted nodes.
func (l *Link) tellNeighbours() {
	for _, s := range l.sessions() {
		s.tellChanged()
	}
}

// tellChanged makes a session send what changed of this node.
func (s *session) tellChanged() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}
