package power

import (
	"time"

	"github.com/blackstart-mesh/blackstart/sim/people"
)

// County is a blackout of an electric utility's county from the beginning of the run.
// Substations have an uninterruptible supply of 8 h. Of the sites of the cellular
// network half are off at once, the others when batteries of 2 to 8 h are empty; after
// 6 h, 30 % of them have mains again. After 4 h a storm front takes 15 % of the masts for 2 h, within
// half an hour of each other. Control centres have generators, masts their own batteries and sun,
// vehicles and handhelds are charged from vehicles. Cells are numbered like nodes; there may be none.
func County(r people.Roles, cells []int) (supplies []Supply, strikes []Strike) {
	some := func(s Strike) {
		if len(s.Nodes) > 0 {
			strikes = append(strikes, s)
		}
	}
	if len(r.Substations) > 0 {
		supplies = append(supplies, Supply{Name: "substations", Nodes: r.Substations, Battery: Span{8 * time.Hour, 8 * time.Hour}, Charge: 8 * time.Hour, Boot: time.Minute})
	}
	if len(cells) > 0 {
		supplies = append(supplies, Supply{Name: "cells", Nodes: cells, Battery: Span{2 * time.Hour, 8 * time.Hour}, Without: 50, Charge: 8 * time.Hour, Boot: 5 * time.Minute})
	}
	some(Strike{Name: "blackout", Nodes: r.Substations, Mains: true})
	some(Strike{Name: "blackout of cells", Nodes: cells, Mains: true, Returns: []Return{{At: 6 * time.Hour, Percent: 30}}})
	some(Strike{Name: "storm", Nodes: r.Relays, Percent: 15, At: 4 * time.Hour, Spread: 30 * time.Minute, Lasts: Span{2 * time.Hour, 2 * time.Hour}})
	return supplies, strikes
}
