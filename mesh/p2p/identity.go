package p2p

import (
	"fmt"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// PeerID returns the libp2p name of the node with the given signing key, as it
// stands behind /p2p/ in an address. An Ed25519 name holds the whole key, so
// that name and key determine each other.
func PeerID(key ident.SignKey) (string, error) {
	id, err := peerID(key)
	return id.String(), err
}

func peerID(key ident.SignKey) (peer.ID, error) {
	public, err := crypto.UnmarshalEd25519PublicKey(key[:])
	if err != nil {
		return "", fmt.Errorf("sign key %v: %w", key, err)
	}
	return peer.IDFromPublicKey(public)
}

// signKey returns the key that a peer's name holds; ok is false for names of
// other kinds of keys.
func signKey(id peer.ID) (key ident.SignKey, ok bool) {
	public, err := id.ExtractPublicKey()
	if err != nil || public.Type() != crypto.Ed25519 {
		return key, false
	}
	raw, err := public.Raw()
	if err != nil || len(raw) != len(key) {
		return key, false
	}
	return ident.SignKey(raw), true
}

// member returns the certificate that the roster in force holds for a peer.
func (c *Config) member(id peer.ID) (*ident.Certificate, bool) {
	key, ok := signKey(id)
	if !ok {
		return nil, false
	}
	return c.Roster().BySignKey(key)
}

// hostKey is the node's signing key as libp2p wants it.
func hostKey(p *ident.Private) (crypto.PrivKey, error) {
	return crypto.UnmarshalEd25519PrivateKey(p.Ed25519())
}
