package p2p

import (
	"bytes"
	"io"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
)

// giver hands this node's network file to admitted neighbours that ask for it, few
// at a time, each at a bounded rate.
type giver struct {
	link *Link
	slot chan struct{} // a token for each file that may be under way

	mu    sync.Mutex
	busy  map[peer.ID]bool
	rests map[peer.ID]time.Time // no sooner is the peer answered again
}

func newGiver(l *Link) *giver {
	return &giver{link: l, slot: make(chan struct{}, givenAtOnce), busy: map[peer.ID]bool{}, rests: map[peer.ID]time.Time{}}
}

// answer is libp2p's handler of streams on which a file is asked for.
func (g *giver) answer(stream network.Stream) {
	s := g.link.session(stream.Conn().RemotePeer())
	if s == nil {
		g.link.counters.count(fileDenied)
		stream.Reset()
		return
	}
	g.link.spawn(func() {
		defer s.resetAtEnd(stream)()
		if err := g.give(stream, s); err != nil {
			g.link.cfg.Log.Debug("network file not handed on", "node", s.node, "reason", err)
			stream.Reset()
			return
		}
		stream.Close()
	})
}

// begin reports whether there is room for one more file, to this peer.
func (g *giver) begin(id peer.ID, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.busy[id] || now.Before(g.rests[id]) {
		return false
	}
	select {
	case g.slot <- struct{}{}:
	default:
		return false
	}
	for other, until := range g.rests { // order: each by itself
		if now.After(until) {
			delete(g.rests, other)
		}
	}
	g.busy[id], g.rests[id] = true, now.Add(giveRest)
	return true
}

func (g *giver) end(id peer.ID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.busy, id)
	<-g.slot
}

func (g *giver) give(stream network.Stream, s *session) error {
	stream.SetDeadline(time.Now().Add(pieceLimit))
	var raw [askSize]byte
	if _, err := io.ReadFull(stream, raw[:]); err != nil {
		return err
	}
	a := decodeAsk(raw)
	if !g.begin(s.peer, time.Now()) {
		_, err := stream.Write(reply{Status: replyBusy}.encode())
		return err
	}
	defer g.end(s.peer)
	if g.link.cfg.Files.Edition(s.node).Digest != a.Digest {
		_, err := stream.Write(reply{Status: replyChanged}.encode())
		return err
	}
	data, err := g.link.cfg.Files.File(s.node)
	if err != nil {
		return err
	}
	if uint64(a.Offset) > uint64(len(data)) {
		_, err := stream.Write(reply{Status: replyChanged}.encode())
		return err
	}
	head := reply{Status: replyFile, Total: uint32(len(data))}
	if _, err := stream.Write(head.encode()); err != nil {
		return err
	}
	return s.pour(stream, data[a.Offset:])
}

// pour writes data piece by piece, no faster than fileRate.
func (s *session) pour(stream network.Stream, data []byte) error {
	for rest := bytes.NewBuffer(data); rest.Len() > 0; {
		piece := rest.Next(pieceSize)
		stream.SetWriteDeadline(time.Now().Add(pieceLimit))
		if _, err := stream.Write(piece); err != nil {
			return err
		}
		wait := time.Duration(len(piece)) * time.Second / fileRate
		if rest.Len() > 0 && !s.pause(wait) {
			return errClosing
		}
	}
	s.link.counters.count(fileGiven)
	return nil
}

// resetAtEnd ends a stream with the session. What it returns is to be called when
// the stream is done.
func (s *session) resetAtEnd(stream network.Stream) (done func()) {
	over := make(chan struct{})
	s.link.spawn(func() {
		select {
		case <-s.ended:
			stream.Reset()
		case <-over:
		}
	})
	return sync.OnceFunc(func() { close(over) })
}
