package scenario

import (
	"time"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// Expectation is something that has to come out of a run.
type Expectation struct {
	Delivered  Share
	Median     Share // of the oracle's median
	Within     time.Duration
	Precedence string
	To         string
	Protocol   string
}

// What an expectation may be limited to.
const (
	ToGroups = "groups" // messages to everyone
	ToNodes  = "nodes"  // messages to one node
)

func (e *Expectation) keys() []key {
	return []key{
		{name: "delivered", to: amount[Share]{&e.Delivered, strictyaml.Share(), "0 %", "100 %"}, what: "At least so many of the copies that anything could have delivered in time are delivered in time."},
		{name: "within", to: amount[time.Duration]{&e.Within, strictyaml.Time(), "1 s", longest}, what: "In time means: this long after the message was written. Without it: within the message's lifetime."},
		{name: "median", to: amount[Share]{&e.Median, strictyaml.Share(), "100 %", "100000 %"}, what: "The median time to delivery is at most so much of the median of the earliest possible times."},
		{name: "precedence", to: word{&e.Precedence, Precedences()}, what: "Only of messages of this precedence."},
		{name: "to", to: word{&e.To, []string{ToGroups, ToNodes}}, what: "Only of messages to everyone, or only of those to one node."},
		{name: "protocol", to: label{&e.Protocol}, absent: Blackstart, what: "Which protocol this is expected of."},
	}
}
