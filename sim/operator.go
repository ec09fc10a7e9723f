package sim

import (
	"fmt"
	"io"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Everyone is the group that all nodes of a World are members of.
const Everyone ident.GroupID = 1

// Operator is a throwaway operator with its nodes 1 to n, all drawn from a
// seed.
type Operator struct {
	Roster         *ident.Roster
	Private        []*ident.Private // by index, node number less one
	network        seal.Secret
	administration seal.Secret
	first          clock.Day // of the epoch
	group          seal.Secret
}

// NewOperator makes an operator with n nodes, each of which may do everything.
// The certificates are signed by a root key that is forgotten. Today is the
// day around which they are valid.
func NewOperator(seed uint64, n int, today clock.Day) (*Operator, error) {
	rootKey, err := ident.NewPrivate(stream(seed, "root", 0))
	if err != nil {
		return nil, err
	}
	o := &Operator{first: today - 30}
	secrets := stream(seed, "secrets", 0)
	for _, s := range []*seal.Secret{&o.network, &o.group, &o.administration} {
		if _, err := io.ReadFull(secrets, s[:]); err != nil {
			return nil, err
		}
	}
	root := rootKey.SignKey()
	certs := make([]*ident.Certificate, n)
	for i := range n {
		p, err := ident.NewPrivate(stream(seed, "identity", i))
		if err != nil {
			return nil, err
		}
		c := &ident.Certificate{
			Operator: ident.OperatorOf(root),
			Number:   ident.Number(i + 1),
			Name:     fmt.Sprintf("node-%d", i+1),
			Rights:   ident.MayFlash | ident.MayOrder | ident.MaySuspend,
			Groups:   ident.Groups(Everyone),
			Sign:     p.SignKey(),
			Box:      p.BoxKey(),
			From:     today - 30,
			Until:    today + 700,
		}
		c.Signature = rootKey.Sign(c.SignedBytes())
		if err := c.Verify(ident.Ed25519{}, root); err != nil {
			return nil, err
		}
		o.Private, certs[i] = append(o.Private, p), c
	}
	groups := []ident.Group{{ID: Everyone, Name: "everyone"}}
	o.Roster, err = ident.NewRoster(ident.OperatorOf(root), root, groups, certs)
	return o, err
}

// Trust returns what the node with an index knows of the operator, with keys
// of its own.
func (o *Operator) Trust(index int) mesh.Trust {
	number := ident.Number(index + 1)
	return mesh.Trust{Roster: o.Roster, Keys: seal.NewKeys(number, o.Private[index], o.Roster, seal.Secrets{
		Epochs: []seal.Epoch{{Serial: 1, First: o.first, Base: o.first, Key: o.network}},
		Groups: map[ident.GroupID]seal.Secret{Everyone: o.group, ident.NetworkGroup: o.administration},
	})}
}
