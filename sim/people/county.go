package people

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// Roles says which nodes of a county are what. Relays write nothing.
type Roles struct {
	Centres, Substations, Relays, Crews, Field []int
}

// CountyRoles counts out the 1,000 nodes of the county: 3 control centres, 40 substations, 60
// relays on masts, 200 crew vehicles, and 697 handhelds and sensors in the field.
func CountyRoles() Roles {
	next := 0
	some := func(n int) (out []int) {
		for range n {
			out = append(out, next)
			next++
		}
		return out
	}
	return Roles{Centres: some(3), Substations: some(40), Relays: some(60), Crews: some(200), Field: some(697)}
}

// County is what the people of an electric utility write in a blackout, some 4,000
// messages an hour with CountyRoles: switching orders as FLASH, positions and reports of
// outages as IMMEDIATE, free text as PRIORITY, forms and maps as ROUTINE. At each of the
// times of faults, every centre sends a burst of 20 orders and alarms.
//
// Of what is not written by a centre, 70 % goes to a centre, the writer's own, 20 % to a
// crew, 10 % to everyone; of the orders, 90 % to a crew and 10 % to everyone. The rates
// are assumptions for planning (no published count of such traffic was found); that of the
// reports of outages, every 19 minutes from each of the field, makes up the sum.
func County(r Roles, faults []time.Duration) []Source {
	const flash, immediate, priority, routine = 0, 1, 2, 3
	only := func(p int) (mix [bundle.Precedences]int) { mix[p] = 1; return mix }
	people := slices.Concat(r.Crews, r.Field)
	orders := []Share{{Of: 90, To: r.Crews}, {Of: 10}}
	others := []Share{{Of: 70, To: r.Centres, Same: true}, {Of: 20, To: r.Crews}, {Of: 10}}
	sources := []Source{
		{Name: "orders", From: r.Centres, Every: 2 * time.Minute, Precedence: only(flash), Bytes: Range{60, 120}, To: orders},
		{Name: "positions", From: r.Crews, Every: 15 * time.Minute, Precedence: only(immediate), Bytes: Range{40, 80}, To: others},
		{Name: "outages", From: r.Field, Every: 19 * time.Minute, Poisson: true, Precedence: only(immediate), Bytes: Range{80, 160}, To: others},
		{Name: "text", From: people, Every: time.Hour, Poisson: true, Precedence: only(priority), Bytes: Range{30, 200}, To: others},
		{Name: "forms", From: people, Every: 6 * time.Minute, Shared: true, Poisson: true, Precedence: only(routine), Bytes: Range{2000, 8000}, To: others},
	}
	if len(faults) > 0 {
		sources = append(sources, Source{Name: "faults", From: r.Centres, At: faults, Burst: 20, Gap: time.Second,
			Precedence: only(flash), Bytes: Range{60, 120}, To: orders})
	}
	return sources
}
