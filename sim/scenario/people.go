package scenario

import (
	"time"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// Source is people who write.
type Source struct {
	Who        []string
	To         []string
	Every      time.Duration
	Timing     string
	Together   string
	Precedence Mix
	Size       [2]int
	Lifetime   time.Duration
	From       time.Duration
	Until      time.Duration
	Burst      int
}

// Everyone is who a message to all nodes goes to.
const Everyone = "everyone"

// Words of people.
const (
	Random  = "random"
	Regular = "regular"
)

func (p *Source) keys() []key {
	return []key{
		{name: "who", to: labels{&p.Who}, need: true, what: "The groups of nodes whose people write."},
		{name: "to", to: labels{&p.To}, absent: Everyone, what: "Everyone, or groups: each message then goes to one node of these, drawn at random."},
		{name: "every", to: amount[time.Duration]{&p.Every, strictyaml.Time(), "1 s", longest}, need: true, what: "Mean time between two messages of one node."},
		{name: "together", to: word{&p.Together, []string{"no", "yes"}}, absent: "no", what: "With yes, all of them together write once in that time, one at random, however many they are."},
		{name: "timing", to: word{&p.Timing, []string{Random, Regular}}, absent: Random, what: "Random: whenever (a Poisson process). Regular: always after that time, from a moment that is drawn for each node."},
		{name: "precedence", to: mix{&p.Precedence}, absent: "routine", what: "Of a message, drawn for each."},
		{name: "size", to: span[int]{&p.Size, strictyaml.Size(), "1 B", "1 MB"}, absent: "40 B..160 B", what: "Of the text."},
		{name: "lifetime", to: amount[time.Duration]{&p.Lifetime, strictyaml.Time(), "1 min", "14 d"}, absent: "12 h", what: "After which a message is of no use."},
		{name: "from", to: moment{&p.From}, absent: "t+0", what: "When they begin."},
		{name: "until", to: moment{&p.Until}, what: "When they stop; without it with the scenario."},
		{name: "burst", to: whole[int]{&p.Burst, 1, 1000}, absent: "1", what: "How many messages they write each time."},
	}
}
