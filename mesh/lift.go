package mesh

import (
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// checkLift says why a lift by this node would change nothing, as far as this node
// can know: its user shall not believe that he lifted anything.
func (n *Node) checkLift(target ident.Number) error {
	if by := n.said.accused[n.self]; len(by) > 0 {
		return fmt.Errorf("%s suspended this node, and what is or was suspended lifts nothing; %s: %w", n.names(by), n.whoLifts(target, by), ErrLift)
	}
	lift := statement{created: n.stamp() / 2000 * 2000, id: bundle.ID{Origin: n.self, Day: n.today(), Seq: lastNumber}} // rounded as in bundles
	for _, st := range slices.Backward(n.said.said) {
		if st.Node == target && !st.Lift && !n.said.idle(st) && compareStatements(st, lift) > 0 {
			return fmt.Errorf("%s suspended it at %s by its clock, which is ahead of this one; say so again after that: %w",
				n.names([]ident.Number{st.id.Origin}), st.created.Time().UTC().Format("2006-01-02 15:04:05 UTC"), ErrLift)
		}
	}
	return nil
}

// whoLifts says who can lift a suspension in place of this node, which others
// suspended.
func (n *Node) whoLifts(target ident.Number, by []ident.Number) string {
	var list []ident.Number
	for _, num := range n.trust.Roster.Numbers() {
		if num != target && !n.excluded(num) && len(n.said.accused[num]) == 0 && n.may(num, ident.MaySuspend, n.stamp()) {
			list = append(list, num)
		}
	}
	revoke := "the authority can revoke " + n.names(by)
	if len(list) == 0 {
		return "only " + revoke
	}
	return "these can lift: " + n.names(list) + "; or " + revoke
}
