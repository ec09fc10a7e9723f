package main

import (
	"fmt"
	"io"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// What the key file seals: root seed 64 | network secret 32 | for each group,
// ascending: id 1, secret 32.
const (
	seedSize   = 64
	secretSize = 32
)

// drawSecret draws a root key and all secrets of a new network.
func drawSecret(groups []ident.Group, entropy io.Reader) (*ident.Private, []byte, error) {
	root, err := ident.NewPrivate(entropy)
	if err != nil {
		return nil, nil, err
	}
	blob := root.Seed()
	var secret [secretSize]byte
	if _, err := io.ReadFull(entropy, secret[:]); err != nil {
		return nil, nil, err
	}
	blob = append(blob, secret[:]...)
	for _, g := range groups {
		if _, err := io.ReadFull(entropy, secret[:]); err != nil {
			return nil, nil, err
		}
		blob = append(append(blob, byte(g.ID)), secret[:]...)
	}
	return root, blob, nil
}

// parseSecret reads what drawSecret made.
func parseSecret(blob []byte) (*ident.Private, enrol.Secrets, error) {
	s := enrol.Secrets{Groups: map[ident.GroupID]seal.Secret{}}
	rest := len(blob) - seedSize - secretSize
	if rest < 0 || rest%(1+secretSize) != 0 {
		return nil, s, fmt.Errorf("it holds %d bytes", len(blob))
	}
	root, err := ident.ParsePrivate(blob[:seedSize])
	if err != nil {
		return nil, s, err
	}
	copy(s.Network[:], blob[seedSize:])
	for b := blob[seedSize+secretSize:]; len(b) > 0; b = b[1+secretSize:] {
		var secret seal.Secret
		copy(secret[:], b[1:])
		s.Groups[ident.GroupID(b[0])] = secret
	}
	return root, s, nil
}
