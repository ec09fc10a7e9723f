package p2p

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Edition says which network file a node holds. Nothing of it is believed: it only
// decides whom to ask.
type Edition struct {
	Serial uint64
	Digest [32]byte // of the file without packages
	Lacks  bool     // the sender lacks keys that its package in this file would bring
	Keeps  bool     // the sender keeps the receiver's package of this file
}

const (
	editionSize  = 8 + 32 + 1
	editionLacks = 1 << 0
	editionKeeps = 1 << 1
)

// Encode returns the body of an edition record: serial 8 | digest 32 | flags 1.
func (e Edition) Encode() []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, editionSize), e.Serial)
	b = append(b, e.Digest[:]...)
	var flags byte
	if e.Lacks {
		flags |= editionLacks
	}
	if e.Keeps {
		flags |= editionKeeps
	}
	return append(b, flags)
}

// DecodeEdition reads what Encode wrote. Flags that are not known, and serial 0,
// are refused.
func DecodeEdition(b []byte) (Edition, error) {
	if len(b) != editionSize {
		return Edition{}, fmt.Errorf("%w: edition in %d bytes", errRecord, len(b))
	}
	flags := b[editionSize-1]
	e := Edition{
		Serial: binary.BigEndian.Uint64(b), Digest: [32]byte(b[8:40]),
		Lacks: flags&editionLacks != 0, Keeps: flags&editionKeeps != 0,
	}
	if e.Serial == 0 || flags&^(editionLacks|editionKeeps) != 0 {
		return Edition{}, fmt.Errorf("%w: edition %d with flags %#02x", errRecord, e.Serial, flags)
	}
	return e, nil
}

// wants reports whether the file of a neighbour is worth asking for: it is newer; or
// it is the same, and he keeps the package that is lacking here; or it is another
// one of the same serial, which is an alarm once its signature was seen.
func (e Edition) wants(theirs Edition) bool {
	switch {
	case theirs.Serial != e.Serial:
		return theirs.Serial > e.Serial
	case theirs.Digest != e.Digest:
		return true
	}
	return e.Lacks && theirs.Keeps
}

// hear notes which file the neighbour holds.
func (s *session) hear(e Edition) {
	if before := s.edition.Load(); s.link.cfg.Files == nil || before != nil && *before == e {
		return
	}
	s.edition.Store(&e)
	s.link.cfg.Files.Told(s.node, e)
	s.link.fetcher.wake()
}

// untold returns which file this node holds, and whether the neighbour was told
// something else, or nothing.
func (s *session) untold() (e Edition, other bool) {
	if s.link.cfg.Files == nil {
		return e, false
	}
	e = s.link.cfg.Files.Edition(s.node)
	told := s.told.Load()
	return e, told == nil || *told != e
}

// Files is what the link needs of a node to hand network files on. Its methods may be
// called from several goroutines. They decide all that matters: the link believes
// nothing that a neighbour says or sends.
type Files interface {
	// Edition returns which file this node holds, as it is told to a neighbour. It is
	// asked often and must be quick.
	Edition(to ident.Number) Edition
	// File returns the file of Edition, with the neighbour's package if it is kept,
	// in the binary form.
	File(to ident.Number) ([]byte, error)
	// Take checks a file that a neighbour sent, and makes it this node's own. An
	// error that wraps ErrNotNow asks for it again soon; with any other, the neighbour
	// is not asked again for some time.
	Take(from ident.Number, file []byte) error
	// Told is called when a neighbour said which file it holds.
	Told(from ident.Number, e Edition)
}

// ErrNotNow says that a network file cannot be taken at the moment, and that its
// sender is not to blame.
var ErrNotNow = errors.New("network file not taken now")

// ask is what opens a stream on which a file is fetched; reply comes first in the
// other direction, and then the bytes from the offset on.
type ask struct {
	Digest [32]byte // of the edition that the neighbour told
	Offset uint32   // what the asker has of it already
}

type reply struct {
	Status uint8  // 0: the file follows; 1: too busy, ask again later; 2: another edition by now
	Total  uint32 // length of the whole file in bytes, 0 unless Status is 0
}

const (
	askSize   = 32 + 4
	replySize = 1 + 4

	replyFile    = 0
	replyBusy    = 1
	replyChanged = 2
)

func (a ask) encode() []byte {
	return binary.BigEndian.AppendUint32(append(make([]byte, 0, askSize), a.Digest[:]...), a.Offset)
}

func decodeAsk(b [askSize]byte) ask {
	return ask{Digest: [32]byte(b[:32]), Offset: binary.BigEndian.Uint32(b[32:])}
}

func (r reply) encode() []byte {
	return binary.BigEndian.AppendUint32([]byte{r.Status}, r.Total)
}

// decodeReply reads a reply to an ask with an offset. The length that it promises is
// within MaxNetworkFile, and not less than what the asker has.
func decodeReply(b [replySize]byte, offset uint32) (reply, error) {
	r := reply{b[0], binary.BigEndian.Uint32(b[1:])}
	switch {
	case r.Status > replyChanged, r.Status != replyFile && r.Total != 0:
		return r, fmt.Errorf("%w: reply %d with %d bytes", errFile, r.Status, r.Total)
	case r.Status == replyFile && (r.Total == 0 || r.Total > MaxNetworkFile):
		return r, fmt.Errorf("%w: file of %d bytes, at most %d", errFile, r.Total, MaxNetworkFile)
	case r.Status == replyFile && r.Total < offset:
		return r, fmt.Errorf("%w: file of %d bytes, %d of them here already", errFile, r.Total, offset)
	}
	return r, nil
}

var errFile = errors.New("network file is not handed on by the rules")
