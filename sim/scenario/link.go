package scenario

import (
	"time"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// Link is a LAN or a cellular network, or several that are alike.
type Link struct {
	Name  string
	Kind  string
	Nodes []string
	Each  int
	Delay [2]time.Duration
	Loss  Share
	Rate  int
	Works [2]time.Duration
	Fails [2]time.Duration
	From  time.Duration
	Until time.Duration
}

// Kinds of links.
const (
	LAN      = "lan"
	Cellular = "cellular"
)

func (l *Link) keys() []key {
	return []key{
		{name: "name", to: label{&l.Name}, need: true, what: "How events refer to it."},
		{name: "kind", to: word{&l.Kind, []string{LAN, Cellular}}, absent: LAN, what: "Says the defaults of delay and rate."},
		{name: "nodes", to: labels{&l.Nodes}, need: true, what: "The groups of nodes that are on it."},
		{name: "each", to: whole[int]{&l.Each, 2, MaxNodes}, what: "Makes a network of its own of each so many nodes, in the order of their numbers. Without it all are on one."},
		{name: "delay", to: span[time.Duration]{&l.Delay, strictyaml.Time(), "0", "1 min"}, what: "Of each frame: 0.2 ms..1 ms on a LAN, 30 ms..120 ms on a cellular network by default."},
		{name: "loss", to: amount[Share]{&l.Loss, strictyaml.Share(), "0 %", "100 %"}, absent: "0 %", what: "Of frames."},
		{name: "rate", to: amount[int]{&l.Rate, strictyaml.Rate(), "300 bit/s", "10 Gbit/s"}, what: "100 Mbit/s on a LAN, 2 Mbit/s on a cellular network by default."},
		{name: "works", to: span[time.Duration]{&l.Works, strictyaml.Time(), "1 s", longest}, what: "How long each network works before it fails; drawn each time. Without it networks do not fail by themselves."},
		{name: "fails", to: span[time.Duration]{&l.Fails, strictyaml.Time(), "1 s", longest}, absent: "10 min", what: "How long it then stays away; drawn each time."},
		{name: "from", to: moment{&l.From}, absent: "t+0", what: "When it begins to work."},
		{name: "until", to: moment{&l.Until}, what: "When it ends; without it with the scenario."},
	}
}

// finish fills in what depends on the kind.
func (l *Link) finish(lasts time.Duration, given func(any) bool) {
	if !given(&l.Delay) {
		l.Delay = [2]time.Duration{200 * time.Microsecond, time.Millisecond}
		if l.Kind == Cellular {
			l.Delay = [2]time.Duration{30 * time.Millisecond, 120 * time.Millisecond}
		}
	}
	if l.Rate == 0 {
		l.Rate = 100_000_000
		if l.Kind == Cellular {
			l.Rate = 2_000_000
		}
	}
	if !given(&l.Until) {
		l.Until = lasts
	}
}

// Contacts are links between two nodes that meet.
type Contacts struct {
	File  string
	Range Length
	Nodes []string
	Rate  int
	Loss  Share
}

func (c *Contacts) keys() []key {
	return []key{
		{name: "file", to: sentence{&c.File, "the name of a file"}, what: "When who meets whom, in the format of the ONE's connectivity report (`time CONN a b up`, `time CONN a b down`; nodes counted from 0). Its name counts from the folder of the scenario."},
		{name: "range", to: amount[Length]{&c.Range, strictyaml.Length(), "1 m", "100 km"}, what: "In place of file: nodes meet when their ways lead them so near to each other."},
		{name: "nodes", to: labels{&c.Nodes}, what: "With range, the groups whose nodes meet; all if it does not stand there."},
		{name: "rate", to: amount[int]{&c.Rate, strictyaml.Rate(), "300 bit/s", "10 Gbit/s"}, absent: "250 kB/s", what: "Of a link. 250 kB/s is Bluetooth."},
		{name: "loss", to: amount[Share]{&c.Loss, strictyaml.Share(), "0 %", "100 %"}, absent: "0 %", what: "Of frames."},
	}
}
