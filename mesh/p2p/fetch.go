package p2p

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
)

// fetcher gets newer network files from neighbours: one at a time, so that however
// many neighbours lie, one file is in memory and one is being checked.
type fetcher struct {
	link *Link
	kick chan struct{} // a neighbour told of another file; holds at most one

	// Used by run alone.
	rests map[peer.ID]*fetchRest
	part  part
}

// fetchRest is how long a neighbour is not asked, and why.
type fetchRest struct {
	until   time.Time
	refused int // files of his that were refused
	again   int // files that were taken and left us as we were
	cut     int // attempts that did not end, since the last one that did
}

// part is what came of a file before its sender stopped.
type part struct {
	from   peer.ID
	digest [32]byte
	total  uint32
	data   []byte
	at     time.Time // when it was begun
}

func newFetcher(l *Link) *fetcher {
	return &fetcher{link: l, kick: make(chan struct{}, 1), rests: map[peer.ID]*fetchRest{}}
}

func (f *fetcher) wake() {
	select {
	case f.kick <- struct{}{}:
	default:
	}
}

func (f *fetcher) run() {
	for f.link.ctx.Err() == nil {
		s, theirs, again := f.choose(time.Now())
		if s != nil {
			f.attempt(s, theirs)
			continue
		}
		if time.Since(f.part.at) > partKept {
			f.part = part{}
		}
		timer := time.NewTimer(again)
		select {
		case <-f.link.ctx.Done():
		case <-f.kick:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// choose returns the neighbour to ask next, or none and how long until there may be
// one: the newest file first, of the same the one with this node's package, and
// who did not fail before who did.
func (f *fetcher) choose(now time.Time) (best *session, edition Edition, again time.Duration) {
	again = fetchLook
	for id := range f.rests { // order: each by itself
		if _, ok := f.link.cfg.member(id); !ok {
			delete(f.rests, id)
		}
	}
	for _, s := range f.link.sessions() {
		theirs := s.edition.Load()
		if theirs == nil || !f.link.cfg.Files.Edition(s.node).wants(*theirs) {
			continue
		}
		if r := f.rests[s.peer]; r != nil && now.Before(r.until) {
			again = min(again, r.until.Sub(now))
			continue
		}
		if best == nil || f.before(s.peer, *theirs, best.peer, edition) {
			best, edition = s, *theirs
		}
	}
	return best, edition, again
}

func (f *fetcher) before(p peer.ID, a Edition, q peer.ID, b Edition) bool {
	switch {
	case a.Serial != b.Serial:
		return a.Serial > b.Serial
	case a.Keeps != b.Keeps:
		return a.Keeps
	}
	return f.rest(p).cut < f.rest(q).cut
}

func (f *fetcher) rest(id peer.ID) *fetchRest {
	r := f.rests[id]
	if r == nil {
		r = &fetchRest{}
		f.rests[id] = r
	}
	return r
}

// attempt asks one neighbour, and says when he may be asked again.
func (f *fetcher) attempt(s *session, theirs Edition) {
	same := f.link.cfg.Files.Edition(s.node).Digest == theirs.Digest
	r := f.rest(s.peer)
	err := f.fetch(s, theirs, doubled(fetchLimit, r.cut, fetchLongest))
	var wait time.Duration
	switch {
	case err == nil && same:
		wait = doubled(fetchSoon, r.again, fetchLongest)
		r.again, r.cut = r.again+1, 0
	case err == nil:
		f.link.counters.count(fileTaken)
		r.refused, r.again, r.cut, wait = 0, 0, 0, fetchSoon
		f.link.wake() // tell the others
	case errors.Is(err, ErrNotNow):
		wait = fetchSoon
	case errors.Is(err, errFile):
		f.link.counters.count(fileRefused)
		wait = doubled(fetchRefused, r.refused, fetchLongest)
		r.refused++
	default:
		wait = doubled(fetchSoon, r.cut, fetchRefused)
		r.cut++
	}
	r.until = time.Now().Add(wait)
	if err != nil {
		f.link.cfg.Log.Debug("network file not fetched", "node", s.node, "serial", theirs.Serial, "reason", err, "again", wait)
	}
}

// doubled is d, twice as long for each time before, up to a limit.
func doubled(d time.Duration, times int, limit time.Duration) time.Duration {
	for ; times > 0 && d < limit; times-- {
		d *= 2
	}
	return min(d, limit)
}

// fetch gets a file and has it taken. The errors wrap errFile where the neighbour is
// to blame, and ErrNotNow where nobody is.
func (f *fetcher) fetch(s *session, theirs Edition, limit time.Duration) error {
	if f.part.from != s.peer || f.part.digest != theirs.Digest {
		f.part = part{from: s.peer, digest: theirs.Digest, at: time.Now()}
	}
	ctx, cancel := context.WithTimeout(f.link.ctx, limit)
	defer cancel()
	stream, err := f.link.host.NewStream(network.WithNoDial(ctx, "network file"), s.peer, f.link.fileProtocol)
	if err != nil {
		return err
	}
	defer stream.Reset() // nothing, once it is closed
	defer s.resetAtEnd(stream)()
	defer context.AfterFunc(ctx, func() { stream.Reset() })()
	if err := f.receive(stream); err != nil {
		return err
	}
	data := f.part.data
	err = f.link.cfg.Files.Take(s.node, data)
	if errors.Is(err, ErrNotNow) {
		return err // the file stays: asked again, the neighbour has nothing to send
	}
	f.part = part{}
	if err != nil {
		return fmt.Errorf("%w: %w", errFile, err)
	}
	return nil
}

// receive completes the part.
func (f *fetcher) receive(stream network.Stream) error {
	p := &f.part
	stream.SetDeadline(time.Now().Add(pieceLimit))
	if _, err := stream.Write(ask{p.digest, uint32(len(p.data))}.encode()); err != nil {
		return err
	}
	var raw [replySize]byte
	if _, err := io.ReadFull(stream, raw[:]); err != nil {
		return err
	}
	r, err := decodeReply(raw, uint32(len(p.data)))
	if err == nil && r.Status != replyFile {
		return fmt.Errorf("%w: neighbour says %d", ErrNotNow, r.Status)
	}
	if err != nil {
		f.part = part{}
		return err
	}
	if p.total != 0 && r.Total != p.total {
		f.part = part{} // a package came or went in the middle
		return fmt.Errorf("%w: it has %d bytes now", ErrNotNow, r.Total)
	}
	p.total = r.Total
	piece := make([]byte, pieceSize)
	for len(p.data) < int(p.total) {
		stream.SetReadDeadline(time.Now().Add(pieceLimit))
		n, err := io.ReadFull(stream, piece[:min(pieceSize, int(p.total)-len(p.data))])
		p.data = append(p.data, piece[:n]...)
		if err != nil {
			return err
		}
	}
	return nil
}
