package scenario

import (
	"time"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// Event is something that happens at a time.
type Event struct {
	At    time.Duration
	What  string
	Who   []string
	With  []string
	Share Share
	For   time.Duration
	Radio string
	Loss  Share
	By    time.Duration
	Drift Share
	Busy  Share
	Every time.Duration
	Times int
}

// What happens.
const (
	Blackout   = "blackout"
	PowerCut   = "power-cut"
	Crash      = "crash"
	Unplug     = "unplug"
	Cut        = "cut"
	Outage     = "outage"
	Loss       = "loss"
	Jam        = "jam"
	Babble     = "babble"
	Replay     = "replay"
	Wormhole   = "wormhole"
	DiskFull   = "disk-full"
	ClockJump  = "clock-jump"
	ClockDrift = "clock-drift"
	Twin       = "twin"
	LockOut    = "lock-out"
	Surge      = "surge"
)

func (e *Event) keys() []key {
	var kinds []string
	for _, k := range eventKinds() {
		kinds = append(kinds, k.what)
	}
	return []key{
		{name: "at", to: moment{&e.At}, need: true, what: "When it happens, or begins."},
		{name: "what", to: word{&e.What, kinds}, need: true, what: "What happens; see below."},
		{name: "who", to: labels{&e.Who}, what: "The groups of nodes, or the links, that it happens to."},
		{name: "with", to: labels{&e.With}, what: "The other side of a cut or a wormhole: groups of nodes. Without it a cut is from all others."},
		{name: "share", to: amount[Share]{&e.Share, strictyaml.Share(), "0.1 %", "100 %"}, absent: "100 %", what: "Of the nodes, or the links, drawn at random; at least one."},
		{name: "for", to: amount[time.Duration]{&e.For, strictyaml.Time(), "1 s", longest}, what: "How long it lasts; without it, to the end."},
		{name: "radio", to: label{&e.Radio}, what: "On which radio channel."},
		{name: "loss", to: amount[Share]{&e.Loss, strictyaml.Share(), "0.1 %", "100 %"}, absent: "100 %", what: "How many of the frames are lost."},
		{name: "by", to: amount[time.Duration]{&e.By, strictyaml.Time(), "-365 d", longest}, absent: "10 min", what: "How far clocks jump ahead."},
		{name: "drift", to: amount[Share]{&e.Drift, strictyaml.Share(), "-1 %", "1 %"}, what: "How much too fast clocks run."},
		{name: "busy", to: amount[Share]{&e.Busy, strictyaml.Share(), "0.1 %", "100 %"}, absent: "100 %", what: "How much of the time a jammer transmits."},
		{name: "every", to: amount[time.Duration]{&e.Every, strictyaml.Time(), "10 ms", "1 d"}, absent: "10 s", what: "How often an attacker or a babbler acts, on average."},
		{name: "times", to: whole[int]{&e.Times, 0, 100}, absent: "10", what: "How many times as much people write; 0 is silence."},
	}
}

// eventKind says what an event of one kind needs and means.
type eventKind struct {
	what  string
	needs []string // keys that have to stand there
	takes []string // keys that may
	is    string
}

// eventKinds lists them all.
func eventKinds() []eventKind {
	return []eventKind{
		{Blackout, nil, []string{"who", "share", "for"}, "The mains fail: nodes on a UPS run on while the battery lasts, those on mains alone stop."},
		{PowerCut, []string{"who"}, []string{"share", "for"}, "The nodes are off, as if somebody had pulled the plug."},
		{Crash, []string{"who"}, []string{"share", "for"}, "The nodes lose power between any two things that they do, and are off for 5 s, or as long as for says."},
		{Unplug, []string{"who"}, []string{"share", "for"}, "The nodes lose their radios and LANs, as when cables are pulled; they run on."},
		{Cut, []string{"who"}, []string{"with", "for"}, "No frame goes between the nodes of who and those of with."},
		{Outage, []string{"who"}, []string{"share", "for"}, "The links that who names are away."},
		{Loss, nil, []string{"for", "loss"}, "Frames are lost everywhere, on top of what physics takes."},
		{Jam, []string{"who", "radio"}, []string{"share", "for", "busy", "every"}, "A transmitter beside each of the nodes puts a carrier on the channel, once in every, for busy of the time."},
		{Babble, []string{"who", "radio"}, []string{"share", "for", "every"}, "A transmitter beside each of the nodes sends noise, without keys."},
		{Replay, []string{"radio"}, []string{"for", "every"}, "Somebody without keys, who hears all of the channel and is heard by all, sends what he recorded again, whole, cut, lengthened or with a bit changed."},
		{Wormhole, []string{"who", "with", "radio"}, []string{"for"}, "Somebody carries frames between two places that do not hear each other."},
		{DiskFull, []string{"who"}, []string{"share", "for"}, "The nodes' disks take nothing."},
		{ClockJump, []string{"who"}, []string{"share", "by"}, "The nodes' clocks jump."},
		{ClockDrift, []string{"who", "drift"}, []string{"share", "for"}, "The nodes' clocks run too fast, or too slow."},
		{Twin, []string{"who"}, []string{"for"}, "A copy of the first of the nodes, with its keys and its disk, runs beside it."},
		{Surge, nil, []string{"who", "for", "times"}, "People of these nodes, or all, write more, or less."},
		{LockOut, []string{"who"}, []string{"share"}, "The authority locks the nodes out."},
	}
}

// Faults is what goes wrong all the time.
type Faults struct {
	Loss       Share
	Flip       Share
	Duplicate  Share
	Reorder    Share
	Replay     Share
	CommitFail Share
	Clocks     time.Duration
	Reboot     time.Duration
}

func (f *Faults) keys() []key {
	share := func(to *Share) target { return amount[Share]{to, strictyaml.Share(), "0 %", "100 %"} }
	return []key{
		{name: "loss", to: share(&f.Loss), absent: "0 %", what: "A frame is lost on its way to one hearer, on top of what physics takes."},
		{name: "flip", to: share(&f.Flip), absent: "0 %", what: "A bit of a frame flips at one hearer."},
		{name: "duplicate", to: share(&f.Duplicate), absent: "0 %", what: "A frame arrives twice."},
		{name: "reorder", to: share(&f.Reorder), absent: "0 %", what: "A frame arrives late, behind others."},
		{name: "replay", to: share(&f.Replay), absent: "0 %", what: "With a frame arrives an older one, from anywhere."},
		{name: "disk", to: share(&f.CommitFail), absent: "0 %", what: "A write to disk fails for lack of room."},
		{name: "clocks", to: amount[time.Duration]{&f.Clocks, strictyaml.Time(), "0", "12 h"}, absent: "0", what: "How wrong clocks are at most, either way. Nodes know this bound."},
		{name: "reboot", to: amount[time.Duration]{&f.Reboot, strictyaml.Time(), "1 min", longest}, what: "How long each node runs, on average, before it crashes and starts again."},
	}
}
