package live

import (
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// Messages returns up to limit entries of the record with numbers above after,
// ascending. It reads what is durable.
func (n *Node) Messages(after uint64, limit int) []mesh.Message {
	return mesh.Messages(n.store, after, limit)
}

// Find returns the entry of the record with this id.
func (n *Node) Find(id bundle.ID) (mesh.Message, bool) { return mesh.Find(n.store, id) }

// Exhibit returns the evidence that is kept of a message of the record.
func (n *Node) Exhibit(m mesh.Message) (mesh.Exhibit, bool) { return mesh.ExhibitOf(n.store, m) }

// Audit returns up to limit audit events with numbers above after, ascending.
func (n *Node) Audit(after uint64, limit int) []mesh.AuditEvent {
	return mesh.Audit(n.store, after, limit)
}

// Last returns the highest number in the record, 0 if it is empty.
func (n *Node) Last() uint64 { return n.last.Load() }
