package frame

import (
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Challenge asks neighbours to prove that they are there now: a frame may be a
// recording, and its transmitter's number may be any member's invention. Who is
// asked answers with an Echo.
//
//	0 | nonce 4 | numbers, 2 each, ascending; none: everybody
type Challenge struct {
	Nonce [4]byte        // the same for as long as the challenger runs
	To    []ident.Number // strictly ascending, at most MaxChallenged; empty: everybody
}

// MaxChallenged bounds the numbers in one Challenge, so that it fits every link.
const MaxChallenged = 16

// Echo answers the challenge of To: the MAC is made with the key that the two
// share, over the nonce and who answers whom. Package mesh makes and checks it.
//
//	1 | to 2 | MAC 8
type Echo struct {
	To  ident.Number
	MAC [8]byte
}

// The first byte tells the two apart.
const (
	formChallenge = 0
	formEcho      = 1
)

const challengeFixed = 1 + 4

// EchoSize is the length of an Echo.
const EchoSize = 1 + 2 + 8

// ChallengeSize returns the length of a Challenge to n nodes.
func ChallengeSize(n int) int { return challengeFixed + 2*n }

// Append encodes c behind dst.
func (c Challenge) Append(dst []byte) []byte {
	dst = append(append(dst, formChallenge), c.Nonce[:]...)
	for _, n := range c.To {
		dst = binary.BigEndian.AppendUint16(dst, uint16(n))
	}
	return dst
}

// Append encodes e behind dst.
func (e Echo) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(append(dst, formEcho), uint16(e.To))
	return append(dst, e.MAC[:]...)
}

// DecodeChallenge decodes the body of a KindChallenge item: without an error,
// either c or e is set.
func DecodeChallenge(body []byte) (c *Challenge, e *Echo, err error) {
	switch {
	case len(body) < challengeFixed:
		return nil, nil, ErrTruncated
	case body[0] == formEcho:
		return decodeEcho(body)
	case body[0] != formChallenge || len(body)%2 != challengeFixed%2:
		return nil, nil, ErrMalformed
	case len(body) > ChallengeSize(MaxChallenged):
		return nil, nil, ErrOversized
	}
	c = &Challenge{Nonce: [4]byte(body[1:])}
	for b := body[challengeFixed:]; len(b) > 0; b = b[2:] {
		n := ident.Number(binary.BigEndian.Uint16(b))
		if n == 0 || n > ident.MaxNumber || len(c.To) > 0 && c.To[len(c.To)-1] >= n {
			return nil, nil, ErrMalformed
		}
		c.To = append(c.To, n)
	}
	return c, nil, nil
}

func decodeEcho(body []byte) (*Challenge, *Echo, error) {
	switch {
	case len(body) < EchoSize:
		return nil, nil, ErrTruncated
	case len(body) > EchoSize:
		return nil, nil, ErrOversized
	}
	e := &Echo{To: ident.Number(binary.BigEndian.Uint16(body[1:])), MAC: [8]byte(body[3:])}
	if e.To == 0 || e.To > ident.MaxNumber {
		return nil, nil, ErrMalformed
	}
	return nil, e, nil
}
