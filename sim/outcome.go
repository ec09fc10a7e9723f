package sim

import (
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/mesh"
)

// Outcomes returns the nodes' own counters, summed over those that run and are
// real nodes, by name. What a node counted before a crash is gone.
func (w *World) Outcomes() []mesh.Counter {
	sum := make(map[string]uint64)
	for _, h := range w.hosts {
		if node, ok := h.node.(*mesh.Node); ok && node != nil {
			for _, c := range node.Status().Counters {
				sum[c.Name] += c.Count
			}
		}
	}
	out := make([]mesh.Counter, 0, len(sum))
	for name, n := range sum { // sorted below
		out = append(out, mesh.Counter{Name: name, Count: n})
	}
	slices.SortFunc(out, func(a, b mesh.Counter) int { return strings.Compare(a.Name, b.Name) })
	return out
}
