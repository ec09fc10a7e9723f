package sim

import (
	"fmt"
	"slices"

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
	certs   []*ident.Certificate
	seed    uint64
	office
}

// NewOperator makes an operator with n nodes, each of which may do everything but
// those of the indices in plain, which have no rights. Today is the day around
// which their certificates are valid; the first key block begins 30 days before.
func NewOperator(seed uint64, n int, today clock.Day, plain ...int) (*Operator, error) {
	rootKey, err := ident.NewPrivate(stream(seed, "root", 0))
	if err != nil {
		return nil, err
	}
	o := &Operator{seed: seed, office: office{root: rootKey}}
	for i := range n {
		rights := ident.MayFlash | ident.MayOrder | ident.MaySuspend
		if slices.Contains(plain, i) {
			rights = 0
		}
		if err := o.certify(rights, today); err != nil {
			return nil, err
		}
	}
	if err := o.list(); err != nil {
		return nil, err
	}
	o.office, err = newOffice(rootKey, stream(seed, "secrets", 0), n, today-30)
	return o, err
}

// certify gives the next node its keys and its certificate.
func (o *Operator) certify(rights ident.Rights, today clock.Day) error {
	i, root := len(o.certs), o.root.SignKey()
	p, err := ident.NewPrivate(stream(o.seed, "identity", i))
	if err != nil {
		return err
	}
	c := &ident.Certificate{
		Operator: ident.OperatorOf(root),
		Number:   ident.Number(i + 1),
		Name:     fmt.Sprintf("node-%d", i+1),
		Rights:   rights,
		Groups:   ident.Groups(Everyone),
		Sign:     p.SignKey(),
		Box:      p.BoxKey(),
		From:     today - 30,
		Until:    today + 700,
	}
	c.Signature = o.root.Sign(c.SignedBytes())
	if err := c.Verify(ident.Ed25519{}, root); err != nil {
		return err
	}
	o.Private, o.certs = append(o.Private, p), append(o.certs, c)
	return nil
}

// list makes the roster of all that were certified.
func (o *Operator) list() (err error) {
	root := o.root.SignKey()
	groups := []ident.Group{{ID: Everyone, Name: "everyone"}}
	o.Roster, err = ident.NewRoster(ident.OperatorOf(root), root, groups, slices.Clone(o.certs))
	return err
}

// Enrol makes one more node a member, with the next number. The key tree has room
// for as many as the next power of two.
func (o *Operator) Enrol(today clock.Day) (ident.Number, error) {
	if len(o.certs)+1 >= 1<<o.tree.Height {
		return 0, fmt.Errorf("no room for %d nodes in a key tree of height %d", len(o.certs)+1, o.tree.Height)
	}
	if err := o.certify(ident.MayFlash, today); err != nil {
		return 0, err
	}
	o.top = ident.Number(len(o.certs))
	return o.top, o.list()
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

// Trust returns what the newest network file says.
func (o *Operator) Trust() mesh.Trust {
	return mesh.Trust{Roster: o.Roster, Blocks: o.Blocks(), Revoked: slices.Clone(o.revoked)}
}
