package main

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// secrets is what the key file seals: the root key and the keys of the network.
// Nothing else of the authority is secret, and nothing that opens the past is
// kept: writing the file anew, over the old one, erases what was replaced.
type secrets struct {
	root *ident.Private
	keys *enrol.Keyset
}

const (
	secretVersion = 1
	secretSize    = 32
	treeSize      = 2 + 1 + 4 + secretSize
	epochSize     = 4 + 2 + 2 + secretSize
	secretFixed   = 1 + ident.SeedSize + secretSize + treeSize + epochSize
)

// encode returns: version 1 | root seed 64 | bootstrap 32 | tree: generation 2,
// height 1, first serial 4, seed 32 | epoch: serial 4, first day 2, base day 2,
// key 32 | for each group, ascending: id 1, secret 32.
func (s secrets) encode() []byte {
	k := s.keys
	seed := s.root.Seed()
	b := append([]byte{secretVersion}, seed...)
	clear(seed)
	b = append(b, k.Bootstrap[:]...)
	b = binary.BigEndian.AppendUint16(b, k.Tree.Generation)
	b = append(b, k.Tree.Height)
	b = binary.BigEndian.AppendUint32(b, k.Tree.Start)
	b = append(b, k.Tree.Seed[:]...)
	b = binary.BigEndian.AppendUint32(b, k.Epoch.Serial)
	b = binary.BigEndian.AppendUint16(b, uint16(k.Epoch.First))
	b = binary.BigEndian.AppendUint16(b, uint16(k.Epoch.Base))
	b = append(b, k.Epoch.Key[:]...)
	ids := make([]ident.GroupID, 0, len(k.Groups))
	for id := range k.Groups {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		secret := k.Groups[id]
		b = append(append(b, byte(id)), secret[:]...)
	}
	return b
}

// decodeSecrets reads what encode made. The bytes were authenticated under the
// passphrase; what does not fit is a file of another version of this program.
func decodeSecrets(b []byte) (secrets, error) {
	if len(b) < secretFixed || (len(b)-secretFixed)%(1+secretSize) != 0 || b[0] != secretVersion {
		return secrets{}, fmt.Errorf("it holds %d bytes of another form", len(b))
	}
	root, err := ident.ParsePrivate(b[1 : 1+ident.SeedSize])
	if err != nil {
		return secrets{}, err
	}
	k := &enrol.Keyset{Groups: map[ident.GroupID]seal.Secret{}}
	b = b[1+ident.SeedSize:]
	k.Bootstrap, b = seal.Secret(b[:secretSize]), b[secretSize:]
	k.Tree = keyblock.Tree{
		Generation: binary.BigEndian.Uint16(b), Height: b[2],
		Start: binary.BigEndian.Uint32(b[3:]), Seed: seal.Secret(b[7:treeSize]),
	}
	b = b[treeSize:]
	k.Epoch = seal.Epoch{
		Serial: binary.BigEndian.Uint32(b), First: clock.Day(binary.BigEndian.Uint16(b[4:])),
		Base: clock.Day(binary.BigEndian.Uint16(b[6:])), Key: seal.Secret(b[8:epochSize]),
	}
	last := ident.GroupID(0)
	for b = b[epochSize:]; len(b) > 0; b = b[1+secretSize:] {
		id := ident.GroupID(b[0])
		if id <= last || id > ident.MaxGroup {
			return secrets{}, fmt.Errorf("group %d after %d", id, last)
		}
		k.Groups[id] = seal.Secret(b[1 : 1+secretSize])
		last = id
	}
	return secrets{root: root, keys: k}, nil
}
