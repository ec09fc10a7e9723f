package api

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// names turns numbers into names by the roster in force when it was made.
type names struct {
	self    ident.Number
	roster  *ident.Roster
	persons []*ident.Credential
	now     func() clock.Reading // asked for orders only
}

func (s *Server) names() names {
	n := names{self: s.cfg.Self, roster: s.cfg.Roster(), now: sync.OnceValue(s.reading)}
	if s.cfg.Persons != nil {
		n.persons = s.cfg.Persons()
	}
	return n
}

// reading is the node's clock. Without an answer nothing is known of the time.
func (s *Server) reading() clock.Reading {
	st, err := s.nodeStatus(s.ending)
	if err != nil {
		return clock.Reading{Bound: clock.Unsure}
	}
	return st.Now
}

func (n names) party(number ident.Number) wire.Party {
	p := wire.Party{Number: uint16(number)}
	if c, ok := n.roster.Certificate(number); ok {
		p.Name = c.Name
	}
	return p
}

func (n names) parties(numbers []ident.Number) []wire.Party {
	out := make([]wire.Party, 0, len(numbers))
	for _, x := range numbers {
		out = append(out, n.party(x))
	}
	return out
}

func (n names) address(d bundle.Destination) wire.Address {
	a := wire.Address{Node: uint16(d.Node), Group: uint8(d.Group)}
	if d.Node != 0 {
		a.Name = n.party(d.Node).Name
	} else if d.Group == ident.NetworkGroup {
		a.Name = "network"
	} else if g, ok := n.roster.Group(d.Group); ok {
		a.Name = g.Name
	}
	return a
}

// expected is how many nodes are to prove delivery: the addressee, or every
// other member of the group.
func (n names) expected(m mesh.Message) int {
	if !m.Outgoing {
		return 0
	}
	if m.To.Node != 0 {
		return 1
	}
	members := len(n.roster.Members(m.To.Group))
	if n.roster.In(n.self, m.To.Group) {
		members--
	}
	return members
}

func (n names) message(m mesh.Message) wire.Message {
	w := wire.Message{
		Number:     m.Number,
		ID:         m.ID.String(),
		From:       n.party(m.From),
		To:         n.address(m.To),
		Precedence: m.Precedence.String(),
		Text:       n.text(m),
		Created:    m.Created.Time(),
		Expires:    m.Expires.Time(),
		Recorded:   m.Recorded.Time(),
		Outgoing:   m.Outgoing,
		State:      m.State.String(),
		Held:       n.parties(m.Held),
		Delivered:  n.parties(m.Delivered),
		Expected:   n.expected(m),
	}
	if !m.Outgoing {
		w.Proof = m.Proof.String()
	}
	n.addDuty(&w, m)
	return w
}

// text is what a message says. The words of a suspension are made of its number, and
// get the name; those who wrote a text themselves keep their words.
func (n names) text(m mesh.Message) string {
	if m.Act != bundle.ContentSuspension {
		return m.Text
	}
	about, why, reasoned := strings.Cut(m.Text, ":")
	number, err := strconv.ParseUint(about[strings.LastIndexByte(about, ' ')+1:], 10, 16)
	if name := n.party(ident.Number(number)).Name; err == nil && name != "" {
		about += " (" + name + ")"
	}
	if reasoned {
		about += ":" + why
	}
	return about
}

func byPrecedence(c [bundle.Precedences]int) wire.ByPrecedence {
	return wire.ByPrecedence{
		Flash:     c[bundle.Flash],
		Immediate: c[bundle.Immediate],
		Priority:  c[bundle.Priority],
		Routine:   c[bundle.Routine],
	}
}

func (s *Server) status(n names, st live.Status) wire.Status {
	w := wire.Status{
		Version:       s.cfg.Version,
		Self:          n.party(s.cfg.Self),
		State:         st.State.String(),
		Reason:        st.Reason,
		Time:          st.Now.Wall.Time(),
		ClockBoundS:   st.Now.Bound.Seconds(),
		Clock:         s.clock(st.Clock),
		UptimeS:       seconds(st.Uptime),
		Position:      st.Last,
		Held:          wire.Held{Bundles: st.Live, Bytes: st.LiveBytes, ByPrecedence: byPrecedence(st.LiveBy)},
		WaitingOnDisk: st.Waiting,
		Links:         make([]wire.Link, 0, len(st.Links)),
		Neighbours:    make([]wire.Neighbour, 0, len(st.Neighbours)),
		Counters:      make([]wire.Counter, 0, len(st.Counters)),
		Keys:          n.keys(st.Keys),
		Suspended:     n.suspended(st.Suspended),
		Shift:         n.shiftOf(s.cfg.Self, st.Shifts),
		Persons:       st.Persons,
		Quiet:         silences(st),
	}
	for _, l := range st.Links {
		x := link(l, st.Now)
		if s.cfg.LinkDevice != nil {
			x.Radio, x.Counters = s.cfg.LinkDevice(l.Link)
		}
		w.Links = append(w.Links, x)
	}
	for _, b := range st.Neighbours {
		age := max(0, st.Now.Mono.Sub(b.Heard))
		x := wire.Neighbour{
			Node:      n.party(b.Node),
			Link:      b.Link,
			Heard:     st.Now.Wall.Add(-age).Time(),
			HeardAgoS: seconds(age),
			YouHear:   hearing(b.In),
			HearsYou:  hearing(b.Out),
		}
		if b.Signal != nil {
			x.RSSI, x.SNR = &b.Signal.RSSI, &b.Signal.SNR
		}
		w.Neighbours = append(w.Neighbours, x)
	}
	for _, c := range st.Counters {
		w.Counters = append(w.Counters, wire.Counter{Name: c.Name, Count: c.Count})
	}
	for _, a := range st.Alarms {
		w.Alarms = append(w.Alarms, wire.Alarm{What: a.What, Node: n.party(a.Node), Since: a.Since.Time(), Detail: a.Detail})
	}
	return w
}

func hearing(h *mesh.Hearing) *wire.Hearing {
	if h == nil {
		return nil
	}
	w := &wire.Hearing{How: string(h.Grade()), RSSI: h.RSSI, SNR: h.SNR, Margin: h.Margin, AgoS: seconds(h.Age)}
	if h.Loss != nil {
		loss := float64(*h.Loss) / 10
		w.Loss = &loss
	}
	return w
}

func link(l mesh.LinkStatus, now clock.Reading) wire.Link {
	return wire.Link{
		Link:          l.Link,
		Name:          l.Profile.Name,
		Up:            l.Up,
		Down:          l.Down,
		MTU:           l.Profile.MTU,
		BitsPerSecond: l.Profile.BitsPerSecond,
		OverheadMS:    float64(l.Profile.Overhead.Microseconds()) / 1000,
		Secure:        l.Profile.Secure,
		Busy:          l.Saturated,
		Queued:        byPrecedence(l.Queued),
		TxFrames:      l.TxFrames,
		TxBytes:       l.TxBytes,
		RxFrames:      l.RxFrames,
		RxBytes:       l.RxBytes,
		Air:           air(l.Air, now),
	}
}

// air is nil for a link that is no radio.
func air(a mesh.AirStatus, now clock.Reading) *wire.Air {
	if a.Rule.Name == "" && a.Refused == "" {
		return nil
	}
	w := &wire.Air{
		Rule: a.Rule.String(), Source: a.Rule.Source, Refused: a.Refused,
		WindowS: seconds(a.Window), LimitS: seconds(a.Rule.Limit), UsedS: seconds(a.Used), PastS: seconds(a.Past),
		LeftS: seconds(a.Left), LeftUrgentS: seconds(a.LeftUrgent), LeftFlashS: seconds(a.LeftFlash),
		Reached: a.Reached, UrgentToo: a.UrgentToo, FlashToo: a.FlashToo,
	}
	if a.Reached {
		w.Until = moment(a.Until, now)
	}
	if a.UrgentToo {
		w.UrgentUntil = moment(a.Urgent, now)
	}
	if a.FlashToo {
		w.FlashUntil = moment(a.Flash, now)
	}
	return w
}

// moment is the time at an instant to come; nil if it is not known.
func moment(at clock.Instant, now clock.Reading) *time.Time {
	if at == clock.Never {
		return nil
	}
	t := now.Wall.Add(at.Sub(now.Mono)).Time()
	return &t
}

// seconds rounds to milliseconds: more digits only make answers longer.
func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

func roster(n names) wire.Roster {
	w := wire.Roster{Self: n.party(n.self), Nodes: []wire.Member{}, Groups: []wire.Group{}}
	for _, x := range n.roster.Numbers() {
		if c, ok := n.roster.Certificate(x); ok {
			w.Nodes = append(w.Nodes, wire.Member{
				Number: uint16(x), Name: c.Name, Role: c.Role, Flash: c.Rights&ident.MayFlash != 0,
			})
		}
	}
	for _, g := range n.roster.Groups() {
		w.Groups = append(w.Groups, wire.Group{ID: uint8(g.ID), Name: g.Name, Members: len(n.roster.Members(g.ID))})
	}
	return w
}
