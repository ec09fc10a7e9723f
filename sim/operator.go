package sim

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/store/mem"
)

// Everyone is the group that all nodes of a World are members of.
const Everyone ident.GroupID = 1

// Operator is a throwaway operator with its nodes 1 to n, all drawn from a
// seed.
type Operator struct {
	Roster  *ident.Roster
	Private []*ident.Private // by index, node number less one
	office
}

// NewOperator makes an operator with n nodes, each of which may do everything.
// Today is the day around which their certificates are valid; the first key
// block begins 30 days before.
func NewOperator(seed uint64, n int, today clock.Day) (*Operator, error) {
	rootKey, err := ident.NewPrivate(stream(seed, "root", 0))
	if err != nil {
		return nil, err
	}
	o := &Operator{}
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
	if err != nil {
		return nil, err
	}
	o.office, err = newOffice(rootKey, stream(seed, "secrets", 0), n, today-30)
	return o, err
}

// Vault returns the vault of the node with an index, as it is after enrolment on
// a day.
func (o *Operator) Vault(index int, today clock.Day) (*mem.Vault, error) {
	ring, err := o.Ring(ident.Number(index+1), today)
	if err != nil {
		return nil, err
	}
	return mem.NewVault(ring.Encode()), nil
}

// Trust returns what every node knows of the operator at first.
func (o *Operator) Trust() mesh.Trust {
	return mesh.Trust{Roster: o.Roster, Blocks: o.Blocks()}
}
