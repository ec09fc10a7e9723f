package live

import (
	"math"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/store"
)

// Messages returns up to limit entries of the record with numbers above after,
// ascending. It reads what is durable.
func (n *Node) Messages(after uint64, limit int) []mesh.Message {
	return mesh.Messages(n.store, after, limit)
}

// Find returns the entry of the record with this id.
func (n *Node) Find(id bundle.ID) (mesh.Message, bool) { return mesh.Find(n.store, id) }

// Audit returns up to limit audit events with numbers above after, ascending.
func (n *Node) Audit(after uint64, limit int) []mesh.AuditEvent {
	return mesh.Audit(n.store, after, limit)
}

// Last returns the highest number in the record, 0 if it is empty.
func (n *Node) Last() uint64 { return n.last.Load() }

// lastNumber finds the highest number in the record without reading all of it:
// whether there is an entry above a number is monotone, so it can be bisected.
func lastNumber(v store.View) uint64 {
	return bisect(func(after uint64) bool { return len(mesh.Messages(v, after, 1)) > 0 })
}

// bisect returns the smallest number above which there is nothing.
func bisect(above func(uint64) bool) uint64 {
	if !above(0) {
		return 0
	}
	low, high := uint64(0), uint64(1) // above(low) holds
	for above(high) {
		low = high
		if high > math.MaxUint64/2 {
			return math.MaxUint64
		}
		high *= 2
	}
	for low+1 < high {
		if mid := low + (high-low)/2; above(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}
