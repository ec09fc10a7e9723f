package mesh

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// A node whose clock nobody vouches for goes by what others go by: bundles of
// another day do not open. It asks nobody. Frames that open say under which
// day's key they were sealed, and beacons how sure their sender is of it; fixed
// stations tell the time in bundles that they sign; and the authority said by
// the first day of each key block what is past. All of this goes to the driver,
// whose estimator judges it.

const (
	// beaconEvery is how often a fixed station that knows the time tells it.
	// Nobody can tell how long a bundle was on its way, so a beacon bounds the
	// time from below only; that is what expiry and erasing need.
	beaconEvery = time.Hour
	beaconLife  = 6 * time.Hour
)

// Flags of beacons.
const (
	helloSure    = 1 << iota // somebody vouches for the sender's time
	helloOpinion             // nobody does, but its clock shows a day that can be
)

// hello returns the flags of this node's beacons.
func (n *Node) helloFlags() (flags uint8) {
	flags = n.planFlags()
	switch {
	case n.now.Quality != clock.Unknown:
		flags |= helloSure
	case n.now.Source != clock.Neighbours && n.now.Wall.Day() >= n.ring.TrueDay():
		flags |= helloOpinion
	}
	return flags
}

// weighDays looks at what the neighbours go by, if nobody vouches for this
// node's own time. Those count whose time somebody vouches for; where there is
// none, all that have an opinion, this node too. Of an even number the earlier
// of the two in the middle counts: dead clocks show a day that cannot be, and
// have no opinion, so what is left to be wrong runs ahead.
//
// A member can lie. That moves what an unsure node writes on its messages, and
// nothing else: no key is erased and no message expires on account of it.
func (n *Node) weighDays() {
	if n.now.Quality != clock.Unknown {
		return
	}
	var sure, all []clock.Day
	for _, l := range n.links {
		if l == nil || !l.up {
			continue
		}
		for _, nb := range l.near {
			if nb.day == 0 || nb.flags&(helloSure|helloOpinion) == 0 {
				continue
			}
			all = append(all, nb.day)
			if nb.flags&helloSure != 0 {
				sure = append(sure, nb.day)
			}
		}
	}
	if n.helloFlags()&helloOpinion != 0 {
		all = append(all, n.now.Wall.Day())
	}
	if len(sure) > 0 {
		all = sure
	}
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	day := all[(len(all)-1)/2]
	mine := n.now.Wall.Day()
	if day+1 >= mine && day <= mine+1 || day == n.wentBy && n.now.Source == clock.Neighbours {
		return
	}
	n.wentBy = day
	n.after(LearnTime{Fix: clock.Fix{Source: clock.Neighbours, From: day.Start(), To: (day + 1).Start() - 1}})
	n.after(Trace{What: "going by the neighbours' day", Args: []any{"day", day, "own", mine}})
}

// station reports whether this node is one that may tell the time.
func (n *Node) station() bool {
	cert, ok := n.certificate(n.self)
	return ok && cert.Kind&ident.FixedStation != 0
}

// tellTime has a fixed station tell the time, if it knows it.
func (n *Node) tellTime() {
	if n.now.Mono < n.beaconAt || !n.station() || n.excluded(n.self) {
		return
	}
	n.beaconAt = n.now.Mono.Add(beaconEvery/2 + n.spreadOver(beaconEvery))
	beacon, err := clock.NewBeacon(n.now)
	if err != nil {
		return // it does not know the time itself
	}
	to := bundle.Destination{Group: ident.NetworkGroup}
	b, it, err := n.compose(to, bundle.Priority, beaconLife, bundle.Content{Type: bundle.ContentTime, Body: beacon.Encode()})
	if err != nil {
		return // no room: the next one may have
	}
	n.keep(b, it)
	n.spread(it, 0, nil)
}

// onTimeBeacon takes the time from a fixed station. Its bundle carries its
// signature, or it would not have been taken.
func (n *Node) onTimeBeacon(b *bundle.Bundle, body []byte) {
	cert, ok := n.certificate(b.ID.Origin)
	beacon, err := clock.DecodeBeacon(body)
	if err != nil || !ok || !b.Signed || b.To.Group != ident.NetworkGroup || cert.Kind&ident.FixedStation == 0 {
		n.count(countActBad)
		return
	}
	n.count(countTimeTaken)
	n.after(LearnTime{Fix: beacon.Fix(0, -1)})
}
