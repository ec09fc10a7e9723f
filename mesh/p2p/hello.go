package p2p

import (
	"errors"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// SessionID names one session between two nodes; the side that opens it draws
// it at random. It tells a second connection of a live peer from the first one
// of a peer that started anew; it is no secret.
type SessionID [8]byte

// Hello is what each side says first on a session's stream. It carries no
// proof of its own: the connection below has proven the peer's key, and the
// certificate binds that key to a node. Replaying somebody's Hello on a
// connection of one's own key therefore fails.
//
// Bytes: version 1 | operator 8 | session 8 | current 8 | heartbeat 1 |
// certificate (to the end).
type Hello struct {
	Operator    ident.OperatorID
	Session     SessionID // proposed by the opener, repeated by the other side
	Current     SessionID // the session this side holds with the peer already; zero for none
	Heartbeat   uint8     // seconds between signs of life, 1..255
	Certificate *ident.Certificate
}

const (
	helloVersion = 1
	helloFixed   = 1 + 8 + 8 + 8 + 1
	maxHello     = helloFixed + ident.MaxCertificate
)

// Classes of a Hello that does not decode.
var (
	ErrHelloTruncated = errors.New("hello is too short")
	ErrHelloVersion   = errors.New("hello has an unknown version")
	ErrHelloMalformed = errors.New("hello is malformed")
)

// Encode returns the bytes of h. The certificate must be one that Check passes.
func (h Hello) Encode() []byte {
	b := make([]byte, 0, maxHello)
	b = append(b, helloVersion)
	b = append(b, h.Operator[:]...)
	b = append(b, h.Session[:]...)
	b = append(b, h.Current[:]...)
	b = append(b, h.Heartbeat)
	return append(b, h.Certificate.Encode()...)
}

// DecodeHello reads one Hello, which has to fill b. Errors wrap ErrHelloVersion,
// ErrHelloTruncated or ErrHelloMalformed.
func DecodeHello(b []byte) (Hello, error) {
	if len(b) > 0 && b[0] != helloVersion {
		return Hello{}, fmt.Errorf("%w: %d", ErrHelloVersion, b[0])
	}
	if len(b) < helloFixed {
		return Hello{}, fmt.Errorf("%w: %d bytes", ErrHelloTruncated, len(b))
	}
	h := Hello{
		Operator:  ident.OperatorID(b[1:9]),
		Session:   SessionID(b[9:17]),
		Current:   SessionID(b[17:25]),
		Heartbeat: b[25],
	}
	if h.Session == (SessionID{}) || h.Heartbeat == 0 {
		return Hello{}, fmt.Errorf("%w: session %x, heartbeat %d", ErrHelloMalformed, h.Session, h.Heartbeat)
	}
	var err error
	if h.Certificate, err = ident.DecodeCertificate(b[helloFixed:]); err != nil {
		return Hello{}, fmt.Errorf("%w: %w", ErrHelloMalformed, err)
	}
	return h, nil
}

func (h Hello) silence() time.Duration {
	return heartbeatsDead * time.Duration(h.Heartbeat) * time.Second
}

// admit decides whether the peer at the other end of a connection, which has
// proven the key in id, may come in with this Hello. The roster in force has
// the last word: a certificate that the root signed long ago for a node that
// was since removed is refused. Expiry is no reason; it only warns.
func (c *Config) admit(id peer.ID, h Hello) error {
	roster := c.Roster()
	if h.Operator != roster.Operator() || h.Certificate.Operator != roster.Operator() {
		return fmt.Errorf("peer is of operator %v, not of %v", h.Operator, roster.Operator())
	}
	key, ok := signKey(id)
	if !ok || h.Certificate.Sign != key {
		return fmt.Errorf("certificate of node %v is for another key than the peer's", h.Certificate.Number)
	}
	if err := h.Certificate.Verify(c.Verifier, roster.Root()); err != nil {
		return err
	}
	known, ok := roster.BySignKey(key)
	if !ok {
		return fmt.Errorf("node %v is not in the roster", h.Certificate.Number)
	}
	if known.Number != h.Certificate.Number {
		return fmt.Errorf("certificate is of node %v, the roster says %v", h.Certificate.Number, known.Number)
	}
	if known.Number == c.Self {
		return fmt.Errorf("peer has the number of this node, %v", c.Self)
	}
	return nil
}
