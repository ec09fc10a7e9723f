package bundle

import (
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// GroupSecret is the body of a ContentGroupSecret: an administrator gives one
// member the secret that a group has from now on. It travels to each member by
// itself, sealed between the two, signed.
//
//	1   version, 1
//	1   group, 1..126
//	4   edition, from 1: it climbs with each renewal
//	32  the secret
type GroupSecret struct {
	Group   ident.GroupID
	Edition uint32
	Secret  seal.Secret
}

const (
	groupSecretVersion = 1
	groupSecretSize    = 38
)

// Check reports what cannot be, or nil: ErrNotCanonical.
func (g GroupSecret) Check() error {
	if g.Group == 0 || g.Group >= ident.NetworkGroup || g.Edition == 0 {
		return fmt.Errorf("%w: edition %d of the secret of group %d", ErrNotCanonical, g.Edition, g.Group)
	}
	return nil
}

// Type returns ContentGroupSecret.
func (GroupSecret) Type() ContentType { return ContentGroupSecret }

// Right returns ident.MayAdminister.
func (GroupSecret) Right() ident.Rights { return ident.MayAdminister }

// String says what is done, and not the secret.
func (g GroupSecret) String() string {
	return fmt.Sprintf("renews the key of group %d, edition %d", g.Group, g.Edition)
}

// GoString returns what String returns.
func (g GroupSecret) GoString() string { return g.String() }

// Append appends the body. It panics where Check fails.
func (g GroupSecret) Append(dst []byte) []byte {
	if err := g.Check(); err != nil {
		panic("bundle: encoding an impossible group secret: " + err.Error())
	}
	dst = binary.BigEndian.AppendUint32(append(dst, groupSecretVersion, byte(g.Group)), g.Edition)
	return append(dst, g.Secret[:]...)
}

// DecodeGroupSecret reads what Append wrote. Errors: ErrTruncated, ErrOversized,
// ErrVersion, ErrNotCanonical.
func DecodeGroupSecret(body []byte) (GroupSecret, error) {
	const what = "group secret"
	err := checkBody(what, groupSecretVersion, groupSecretSize, body)
	if err == nil {
		err = fillsBody(what, groupSecretSize, body)
	}
	if err != nil {
		return GroupSecret{}, err
	}
	g := GroupSecret{Group: ident.GroupID(body[1]), Edition: binary.BigEndian.Uint32(body[2:]), Secret: seal.Secret(body[6:])}
	return g, g.Check()
}
