package p2p

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

// profileBits is the rate that the link claims: a common LAN. On a slower
// network the sessions' own back-pressure holds.
const profileBits = 100_000_000

// Link is the libp2p link of one node; it implements radio.Link. Send and
// Receive may be called from two goroutines, Close from any.
type Link struct {
	cfg      Config
	host     host.Host
	book     *book
	gossip   *gossip
	heard    *heard
	counters counters
	protocol protocol.ID
	fetcher  *fetcher // of network files

	fileProtocol protocol.ID

	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	closing sync.Once
	running sync.WaitGroup

	busy     atomic.Bool
	outgoing chan radio.Frame // holds the outstanding frame
	events   chan radio.Event
	kick     chan struct{} // wakes the keeper; holds at most one

	mu     sync.Mutex // guards what follows
	closed bool
	peers  map[peer.ID]*entry
}

// entry is what is known of one member that was connected since Open.
type entry struct {
	turn    chan struct{} // holds one token: who has it may shake hands
	session *session      // nil while not admitted
}

var _ radio.Link = (*Link)(nil)

// Open starts the link: it listens, admits and dials from now on, and its
// first event is Up. Errors name the configured value that was wrong, or the
// address that could not be listened on.
func Open(cfg Config) (*Link, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	nobody, err := newNobody()
	if err != nil {
		return nil, err
	}
	l := &Link{
		cfg:      cfg,
		heard:    newHeard(),
		protocol: protocol.ID("/blackstart/" + cfg.Roster().Operator().String() + "/session/1"),
		outgoing: make(chan radio.Frame, 1),
		events:   make(chan radio.Event, eventQueue),
		kick:     make(chan struct{}, 1),
		peers:    map[peer.ID]*entry{},
	}
	if l.book, err = newBook(nobody, cfg.Peers); err != nil {
		return nil, err
	}
	l.fileProtocol = protocol.ID("/blackstart/" + cfg.Roster().Operator().String() + "/network/1")
	l.fetcher = newFetcher(l)
	l.ctx, l.cancel = context.WithCancel(context.Background())
	if err := l.start(); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func (l *Link) start() (err error) {
	l.host, err = newHost(&l.cfg, &gate{&l.cfg, l.book, &l.counters, l.full})
	if err != nil {
		return err
	}
	if l.gossip, err = newGossip(l); err != nil {
		return err
	}
	l.host.SetStreamHandler(l.protocol, l.answer)
	if l.cfg.Files != nil {
		l.host.SetStreamHandler(l.fileProtocol, newGiver(l).answer)
	}
	l.host.Network().Notify(notifiee{l})
	if err := listen(l.host, l.cfg.Listen); err != nil {
		return err
	}
	l.events <- radio.Up{Profile: l.Profile()}
	l.spawn(l.sender)
	l.spawn(l.gossip.listen)
	l.spawn(newKeeper(l).run)
	if l.cfg.Files != nil {
		l.spawn(l.fetcher.run)
	}
	return nil
}

// Profile describes the link. It does not change.
func (l *Link) Profile() radio.Profile {
	return radio.Profile{
		Name:          l.cfg.Name,
		MTU:           radio.MaxMTU,
		BitsPerSecond: profileBits,
		Secure:        true,
		Contacts:      true,
	}
}

// Send hands over one frame; its bytes must not be changed afterwards. The
// Sent event follows when the frame stands in the queue of every neighbour
// that it is for, and carries an error when a node it is addressed to is no
// neighbour or takes no more. A frame for all that one slow neighbour missed
// is counted, not reported.
func (l *Link) Send(f radio.Frame) error {
	switch {
	case len(f.Data) > radio.MaxMTU:
		return fmt.Errorf("%w: %d bytes", radio.ErrTooLong, len(f.Data))
	case len(f.Data) == 0:
		return errors.New("frame is empty")
	case l.ctx.Err() != nil:
		return radio.ErrClosed
	case !l.busy.CompareAndSwap(false, true):
		return radio.ErrBusy
	}
	l.outgoing <- f // has room: busy was false
	return nil
}

// Receive waits for the next event.
func (l *Link) Receive() (radio.Event, error) {
	select {
	case <-l.ctx.Done():
		return nil, radio.ErrClosed
	default:
	}
	select {
	case ev := <-l.events:
		return ev, nil
	case <-l.ctx.Done():
		return nil, radio.ErrClosed
	}
}

// Close disconnects from everybody and returns when nothing of the link runs
// any more.
func (l *Link) Close() error {
	var err error
	l.closing.Do(func() {
		l.mu.Lock()
		l.closed = true
		var all []*session
		for _, e := range l.peers {
			if e.session != nil {
				all = append(all, e.session)
			}
		}
		l.mu.Unlock()
		l.cancel()
		for _, s := range all {
			s.end(errClosing)
		}
		if l.host != nil {
			err = l.host.Close()
		}
		l.running.Wait()
	})
	return err
}

// Addresses returns where the link listens, each with /p2p/ID at its end, as
// another node's configuration takes it.
func (l *Link) Addresses() []string {
	var all []string
	addrs, err := l.host.Network().InterfaceListenAddresses()
	if err != nil {
		addrs = l.host.Network().ListenAddresses()
	}
	for _, a := range addrs {
		all = append(all, a.String()+"/p2p/"+l.host.ID().String())
	}
	slices.Sort(all)
	return all
}

// emit hands an event to the driver. It waits until there is room, the link is
// closed, or stop (which may be nil) is.
func (l *Link) emit(stop <-chan struct{}, ev radio.Event) {
	select {
	case l.events <- ev:
	case <-stop:
	case <-l.ctx.Done():
	}
}

// spawn runs f in a goroutine that Close waits for; not at all after Close.
func (l *Link) spawn(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.running.Go(f)
	}
}

// wake makes the keeper look around at once.
func (l *Link) wake() {
	select {
	case l.kick <- struct{}{}:
	default:
	}
}

// sessions returns all sessions, in the order of their nodes.
func (l *Link) sessions() []*session {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*session
	for _, e := range l.peers {
		if e.session != nil {
			all = append(all, e.session)
		}
	}
	slices.SortFunc(all, func(a, b *session) int { return int(a.node) - int(b.node) })
	return all
}

// neighbours returns the admitted nodes, ascending.
func (l *Link) neighbours() []ident.Number {
	sessions := l.sessions()
	all := make([]ident.Number, 0, len(sessions))
	for _, s := range sessions {
		all = append(all, s.node)
	}
	return all
}

// admitted reports whether a peer has a session.
func (l *Link) admitted(id peer.ID) bool { return l.session(id) != nil }

// session returns the session of a peer, or nil.
func (l *Link) session(id peer.ID) *session {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.peers[id]; e != nil {
		return e.session
	}
	return nil
}

// full reports whether there is no room for a peer that is not admitted yet.
func (l *Link) full(id peer.ID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.peers[id]; e != nil && e.session != nil {
		return false
	}
	n := 0
	for _, e := range l.peers {
		if e.session != nil {
			n++
		}
	}
	return n >= MaxNeighbours
}
