package scenario

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// Group is nodes that are alike.
type Group struct {
	Name     string
	Role     string
	Count    int
	Numbers  [2]int
	Place    string
	At       []Point
	From, To Point
	Radius   Length
	Together int
	Spread   Length
	Height   Length
	Moves    string
	Speed    [2]Speed
	Pause    [2]time.Duration
	Jobs     [2]int
	Stops    []Point
	Power    string
	Battery  [2]time.Duration
	Swap     [2]time.Duration
	Radios   []string
}

// Words of groups.
const (
	Crew, Centre, Substation, Relay, Sensor         = "crew", "centre", "substation", "relay", "sensor"
	Scattered, Gridded, Lined, Given, Middle        = "scattered", "grid", "line", "given", "middle"
	Fixed, Walk, Shift, Route                       = "fixed", "walk", "shift", "route"
	Mains, UPS, OnBattery                           = "mains", "ups", "battery"
	maxHeight, maxSpeed, defaultSpread, maxTogether = "500 m", "300 km/h", "50 m", 1000
)

func (g *Group) keys() []key {
	return []key{
		{name: "name", to: label{&g.Name}, need: true, what: "How other sections refer to these nodes."},
		{name: "role", to: word{&g.Role, []string{Crew, Centre, Substation, Relay, Sensor}}, absent: Crew, what: "What they are, for people who read reports."},
		{name: "count", to: whole[int]{&g.Count, 1, MaxNodes}, absent: "1", what: "How many there are."},
		{name: "numbers", to: numbers{&g.Numbers}, what: "Which numbers they have, where a matrix or a trace needs certain ones. Without it they get the next ones that are free, from 0 on, in the order of the file. It may stand in place of count."},
		{name: "place", to: word{&g.Place, []string{Scattered, Gridded, Lined, Given, Middle}}, absent: Scattered, what: "Where they are, or begin: scattered evenly over the area (or within radius of at), in a grid over it, in a line from one place to another, at given places, in the middle of the area."},
		{name: "at", to: points{&g.At}, what: "The places of place: given, one for each node; or the one around which the nodes are scattered within radius."},
		{name: "from", to: extent{&g.From, "0"}, what: "Where the first node of a line is."},
		{name: "to", to: extent{&g.To, "0"}, what: "Where the last node of a line is."},
		{name: "radius", to: amount[Length]{&g.Radius, strictyaml.Length(), "0", "1000 km"}, what: "How far from at scattered nodes are at most. Those who walk or work in shifts keep to the square around at."},
		{name: "together", to: whole[int]{&g.Together, 1, maxTogether}, absent: "1", what: "So many nodes stand close together at each place, as those of one building."},
		{name: "spread", to: amount[Length]{&g.Spread, strictyaml.Length(), "0", "10 km"}, absent: defaultSpread, what: "How far from their place nodes that stand together are at most."},
		{name: "height", to: amount[Length]{&g.Height, strictyaml.Length(), "0", maxHeight}, absent: "1.5 m", what: "Of the antenna above ground."},
		{name: "moves", to: word{&g.Moves, []string{Fixed, Walk, Shift, Route}}, absent: Fixed, what: "Not at all; to places drawn at random, one after the other, with a pause at each (random waypoint); from job to job of a shift and back; or along the stops of a route, for ever."},
		{name: "speed", to: span[Speed]{&g.Speed, strictyaml.Speed(), "0.01 m/s", maxSpeed}, what: "Drawn for each way: 0.5 m/s..1.5 m/s (walk) or 30 km/h..60 km/h by default."},
		{name: "pause", to: span[time.Duration]{&g.Pause, strictyaml.Time(), "0", "30 d"}, what: "At each place where they stop; drawn for each: 0 s..2 min (walk) or 20 min..60 min by default."},
		{name: "jobs", to: counts{&g.Jobs, 1, 100}, absent: "3..8", what: "How many jobs a shift has."},
		{name: "stops", to: points{&g.Stops}, what: "The stops of a route. Several nodes begin it spread evenly over its stops."},
		{name: "power", to: word{&g.Power, []string{Mains, UPS, OnBattery}}, absent: Mains, what: "What they run on: the mains, the mains with a battery behind it, or a battery alone. A blackout event takes the mains away."},
		{name: "battery", to: span[time.Duration]{&g.Battery, strictyaml.Time(), "1 min", longest}, absent: "8 h", what: "How long a full battery lasts; drawn for each node, and anew for each battery."},
		{name: "swap", to: span[time.Duration]{&g.Swap, strictyaml.Time(), "0", longest}, what: "With power: battery, how long it takes until somebody brings a full one; without it the node stays off."},
		{name: "radios", to: labels{&g.Radios}, what: "Which radios they have."},
	}
}

// finish fills in what depends on how they move.
func (g *Group) finish(stands func(any) bool) {
	const kmh = 1_000_000
	speed, pause := [2]Speed{30 * kmh, 60 * kmh}, [2]time.Duration{20 * time.Minute, time.Hour}
	if g.Moves == Walk {
		speed, pause = [2]Speed{1800 * 1000, 5400 * 1000}, [2]time.Duration{0, 2 * time.Minute}
	}
	if !stands(&g.Speed) {
		g.Speed = speed
	}
	if !stands(&g.Pause) {
		g.Pause = pause
	}
}

// has reports whether the nodes have a radio.
func (g *Group) has(radio string) bool { return slices.Contains(g.Radios, radio) }
