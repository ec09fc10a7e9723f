package scenario

import (
	"time"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// Bounds of a scenario. Beside them, Parts says what memory it needs.
const (
	MaxNodes = 10_000
	MaxText  = 256 << 10 // bytes of a scenario file
	longest  = "365 d"   // that a scenario may last
)

// Scenario is what a file says, checked.
type Scenario struct {
	Name      string
	Story     string // a sentence or more, for people
	Seed      uint64
	Lasts     time.Duration
	Area      Point
	Terrain   string
	Nodes     []Group
	Radios    []Radio
	Links     []Link
	Contacts  Contacts
	People    []Source
	Messages  string // a file; replaces People
	Events    []Event
	Faults    Faults
	Expect    []Expectation
	Checkers  string
	Protocols []string // that are compared unless others are asked for

	HasContacts, HasFaults bool

	Groups [][]int // the nodes of each group, by index
	Files  Files   // what the files say that it names
	file   string
	lines  map[any]int // where each value stands in the file
}

// Blackstart is how Blackstart's own node is called among the protocols.
const Blackstart = "blackstart"

// keys is the first level of a file.
func (s *Scenario) keys() []key {
	return []key{
		{name: "name", to: label{&s.Name}, need: true, what: "How the scenario is called, in reports and by `blackstart sim run`."},
		{name: "story", to: sentence{&s.Story, "a sentence or more for people"}, need: true, what: "What happens, to whom, and what the run is to show. Reports begin with it."},
		{name: "seed", to: whole[uint64]{&s.Seed, 0, 1 << 53}, absent: "1", what: "All luck comes from it: the same seed gives the same run. `--seed` on the command line goes before it."},
		{name: "lasts", to: amount[time.Duration]{&s.Lasts, strictyaml.Time(), "1 s", longest}, need: true, what: "Simulated time."},
		{name: "area", to: extent{&s.Area, "1 m"}, absent: "5 km x 5 km", what: "Where the nodes are: from west to east, from south to north."},
		{name: "terrain", to: word{&s.Terrain, terrains()}, absent: "suburban", what: "How radio waves weaken, for radios without a path-loss of their own."},
		{name: "nodes", to: many(&s.Nodes, "nodes", (*Group).keys), need: true, what: "Who takes part, in groups of nodes that are alike."},
		{name: "radios", to: many(&s.Radios, "radios", (*Radio).keys), what: "Radio channels. Each group of nodes names those that it has."},
		{name: "links", to: many(&s.Links, "links", (*Link).keys), what: "LANs and cellular networks."},
		{name: "contacts", to: part[Contacts]{&s.Contacts, &s.HasContacts, (*Contacts).keys, "contacts"}, what: "Short-range links that come and go as people meet."},
		{name: "people", to: many(&s.People, "people", (*Source).keys), what: "Who writes what to whom, and when."},
		{name: "messages", to: sentence{&s.Messages, "the name of a file"}, what: "A file with the messages, in place of people, in the format of the ONE's created-messages report. Its name counts from the folder of the scenario."},
		{name: "events", to: many(&s.Events, "events", (*Event).keys), what: "What happens at certain times."},
		{name: "faults", to: part[Faults]{&s.Faults, &s.HasFaults, (*Faults).keys, "faults"}, what: "What goes wrong all the time."},
		{name: "expect", to: many(&s.Expect, "expect", (*Expectation).keys), what: "What has to come out. If something does not, `blackstart sim run` ends with exit code 1. That the checkers find nothing and that no radio transmits more than it may is expected of every run."},
		{name: "checkers", to: word{&s.Checkers, []string{"yes", "no"}}, absent: "yes", what: "With no, nothing looks into each frame and each store for something wrong, as a message shown twice, a key used twice, a promise not kept. That is faster, for measuring; what is expected is judged all the same."},
		{name: "protocols", to: labels{&s.Protocols}, absent: "", what: "What `blackstart sim compare` compares unless told otherwise: " + Blackstart + " (the default, with flood) and protocols of others."},
	}
}

// Files is what the files hold that a scenario names.
type Files struct {
	Matrices map[string]*terrain.Matrix // by the name of the radio
	Contacts []contact.Change
	Messages []contact.Message
}

// scenario reads a text without its files; see Parse.
func (r *reader) scenario(text []byte) *Scenario {
	s := &Scenario{file: r.file, lines: r.lines}
	if len(text) > MaxText {
		r.wrong(0, "is it the right file?", "it has more than %d bytes, the most that is read", MaxText)
		return s
	}
	n, err := strictyaml.Parse(text)
	if err != nil {
		r.yaml(err)
		return s
	}
	if n.Kind == strictyaml.Empty {
		r.wrong(0, "see my-first-blackout for one of 20 lines", "it is empty")
		return s
	}
	r.section("scenario", n, s.keys())
	if len(s.Protocols) == 0 {
		s.Protocols = []string{Blackstart, "flood"}
	}
	return s
}
