package mesh

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Quiet is the switch for radio silence: on, the node transmits nothing on a radio,
// FLASH neither, and goes on listening. It holds over a restart. A frame that the
// radio has already goes out.
type Quiet struct {
	Link string        // name of the radio's profile, with any parameters; "": all radios, of which off ends every silence
	On   bool          //
	For  time.Duration // 0: until it is switched off
	By   string        // who asked, for the audit event
}

func (Quiet) event() {}

// MaxQuiet is the longest silence with an end.
const MaxQuiet = 31 * 24 * time.Hour

// QuietStatus is a silence that holds now.
type QuietStatus struct {
	Link  string     `json:"link,omitempty"` // radio.Device of it, whatever its channel is; "": all radios
	Since clock.Wall `json:"since"`
	Until clock.Wall `json:"until,omitempty"` // 0: until it is switched off
	By    string     `json:"by,omitempty"`
}

// silence is one, with its end by the clock that nobody sets.
type silence struct {
	QuietStatus
	ends clock.Instant
}

// onQuiet switches a silence on or off.
func (n *Node) onQuiet(q Quiet) {
	q.Link = radio.Device(q.Link)
	n.quiet = slices.DeleteFunc(n.quiet, func(s silence) bool { return s.Link == q.Link || !q.On && q.Link == "" })
	if q.On {
		n.roomForQuiet()
		s := silence{QuietStatus{Link: q.Link, Since: n.now.Wall, By: q.By}, clock.Never}
		if q.For > 0 {
			q.For = min(q.For, MaxQuiet)
			s.Until, s.ends = n.now.Wall.Add(q.For), n.now.Mono.Add(q.For)
		}
		n.quiet = append(n.quiet, s)
	}
	n.putQuiet(AuditEvent{Action: ActionAdmin, By: q.By, Detail: q.detail()})
}

func (q Quiet) detail() string {
	where := "all radios"
	if q.Link != "" {
		where = "radio " + q.Link
	}
	switch {
	case !q.On:
		return "radio silence ended: " + where
	case q.For > 0:
		return fmt.Sprintf("radio silence for %v: nothing is transmitted, FLASH neither: %s", q.For, where)
	}
	return "radio silence until it is switched off: nothing is transmitted, FLASH neither: " + where
}

// putQuiet stores what holds, with the audit event of what changed it.
func (n *Node) putQuiet(e AuditEvent) {
	n.audit(e)
	if len(n.quiet) == 0 {
		n.batch.Delete(nodeKey(nameQuiet))
		return
	}
	n.batch.Put(nodeKey(nameQuiet), encodeJSON(n.quietList()))
}

// roomForQuiet ends silences of radios that this node has no more, the oldest first, if
// there are so many. Those that it has are no more than links, and one for all.
func (n *Node) roomForQuiet() {
	for len(n.quiet) > MaxLinks {
		i := max(0, slices.IndexFunc(n.quiet, func(s silence) bool { return s.Link != "" && !n.hasRadio(s.Link) }))
		gone := n.quiet[i].Link
		n.quiet = slices.Delete(n.quiet, i, i+1)
		n.audit(AuditEvent{Action: ActionAdmin, By: "radio is gone", Detail: Quiet{Link: gone}.detail()})
	}
}

func (n *Node) hasRadio(device string) bool {
	return slices.ContainsFunc(n.links[:], func(l *link) bool { return l != nil && radio.Device(l.profile.Name) == device })
}

// loadQuiet reads what held when the node stopped. The time off counts as far as the
// clock proves it; no clock makes a silence longer, from now on, than it was meant to be.
func (n *Node) loadQuiet() bool {
	v, ok := n.view.Get(nodeKey(nameQuiet))
	if !ok {
		return true
	}
	var list []QuietStatus
	if json.Unmarshal(v, &list) != nil || len(list) > MaxLinks+1 {
		return false
	}
	for _, s := range list {
		ends := clock.Never
		if s.Until != 0 {
			earliest := max(n.now.Wall.Add(-n.now.Bound), n.now.Earliest)
			left := max(0, min(s.Until-earliest, s.Until-s.Since, clock.Wall(MaxQuiet/time.Millisecond)))
			ends = n.now.Mono.Add(time.Duration(left) * time.Millisecond)
		}
		s.Link = radio.Device(s.Link)
		n.quiet = append(n.quiet, silence{s, ends})
	}
	return true
}

// endQuiet ends what has had its time.
func (n *Node) endQuiet() {
	for i := 0; i < len(n.quiet); i++ {
		if s := n.quiet[i]; s.ends <= n.now.Mono {
			n.quiet = slices.Delete(n.quiet, i, i+1)
			i--
			n.putQuiet(AuditEvent{Action: ActionAdmin, By: "time", Detail: Quiet{Link: s.Link}.detail()})
		}
	}
}

// quietDue returns when a silence ends next.
func (n *Node) quietDue() clock.Instant {
	when := clock.Never
	for _, s := range n.quiet {
		when = min(when, s.ends)
	}
	return when
}

// silent reports whether a link must not transmit.
func (n *Node) silent(l *link) bool {
	return !l.profile.Secure && slices.ContainsFunc(n.quiet, func(s silence) bool { return s.Link == "" || s.Link == radio.Device(l.profile.Name) })
}

func (n *Node) quietList() (list []QuietStatus) {
	for _, s := range n.quiet {
		list = append(list, s.QuietStatus)
	}
	return list
}

// quietStatus is the same for people: after a restart a silence may hold for longer
// than was said, since the time off counts no more than is proven of it.
func (n *Node) quietStatus() []QuietStatus {
	list := n.quietList()
	for i, s := range n.quiet {
		if s.ends != clock.Never {
			list[i].Until = n.now.Wall.Add(s.ends.Sub(n.now.Mono))
		}
	}
	return list
}
