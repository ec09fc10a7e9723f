package sim

import (
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// book knows everything that was submitted, and watches what becomes of it.
type book struct {
	w          *World
	violations []string
	traffic    []*sent
	byText     map[string]int
	byID       map[bundle.ID]int
	shown      map[toldKey]bool         // Deliver effects that left
	counters   map[counterKey]bool      // frame counters on the air
	hashes     map[bundleName][32]byte  // bundles on the air
	held       map[heldKey]bool         // who has said, truly, that it holds what
	expiry     map[bundle.ID]clock.Wall // when they expire
	silent     map[bundle.ID]bool       // bundles that want no receipt
	refusals   map[string]int           // by reason
	nonces     nonces                   // of everything on the air

	direct               map[bundle.ID]*bundle.Bundle // direct bundles of honest nodes on the air
	forged               map[string]*forgery          // by text
	fake                 map[[32]byte]bool            // hashes of the bundles that attackers made
	copied               map[ident.Number]bool        // numbers that two machines have, or whose store was put back
	repeated, renumbered int                          // frame counters and bundle numbers that those used twice
}

// sent is one submission.
type sent struct {
	Message
	arrival
	due      clock.Instant // when its user comes
	text     string
	asked    bool   // the node has the submission
	life     uint32 // of the node that has it
	accepted bool   // the user was told so
	refused  error
	id       bundle.ID
	expires  clock.Wall
	dies     clock.Instant // of a guest's message
	state    mesh.State    // last told
	serial   uint32        // of the newest key block at its node when it was submitted
	lost     bool          // its node's store was put back to a time before it
}

type toldKey struct {
	node int
	text string
}

type counterKey struct {
	from    ident.Number
	counter uint32
}

// bundleName tells the bundles of one id apart that an honest node makes: if
// others crowd its number, a second one with its signature.
type bundleName struct {
	id     bundle.ID
	signed bool
}

type heldKey struct {
	node ident.Number
	id   bundle.ID
}

func newBook(w *World) book {
	return book{
		w:        w,
		byText:   make(map[string]int),
		byID:     make(map[bundle.ID]int),
		shown:    make(map[toldKey]bool),
		counters: make(map[counterKey]bool),
		hashes:   make(map[bundleName][32]byte),
		held:     make(map[heldKey]bool),
		expiry:   make(map[bundle.ID]clock.Wall),
		silent:   make(map[bundle.ID]bool),
		refusals: make(map[string]int),
		nonces:   newNonces(),
		direct:   make(map[bundle.ID]*bundle.Bundle),
		forged:   make(map[string]*forgery),
		fake:     make(map[[32]byte]bool),
		copied:   make(map[ident.Number]bool),
	}
}

// violate notes that something is wrong, and stops the world.
func (o *book) violate(format string, args ...any) {
	if len(o.violations) < maxViolations {
		o.violations = append(o.violations, fmt.Sprintf("at %.6f s: ", o.w.Now().Seconds())+fmt.Sprintf(format, args...))
	}
	o.w.stop = true
}

// Violations returns what was found wrong. The world has stopped at the first.
func (w *World) Violations() []string { return slices.Clone(w.violations) }

// Submit has a node's user submit a message at m.At from now; while the node
// is down he tries again. It returns the number of the message.
func (w *World) Submit(m Message) int {
	n := len(w.traffic)
	due := w.now.Add(m.At)
	text := textOf(n, m)
	w.traffic = append(w.traffic, &sent{Message: m, arrival: newArrival(m, len(w.hosts)), text: text, due: due})
	w.byText[text] = n
	w.after(m.At, event{kind: evSubmit, node: m.From, n: n})
	return n
}

func (w *World) submitNow(n int) {
	s := w.traffic[n]
	h := w.hosts[s.From]
	if !h.running() {
		w.after(submitAgain, event{kind: evSubmit, node: s.From, n: n})
		return
	}
	if h.guest != nil {
		w.guestSubmit(h, s, n)
		return
	}
	s.asked, s.life, s.serial = true, h.life, h.serial
	text := s.text
	if s.Act != nil {
		text = ""
	}
	w.step(h, mesh.Submit{Ref: uint64(n), To: s.To, Precedence: s.Precedence, Text: text, Act: s.Act, Lifetime: s.Lifetime, By: "sim"})
}

func (w *World) accepted(h *host, e mesh.Accepted) {
	if e.Ref >= uint64(len(w.traffic)) || w.traffic[e.Ref].From != h.index {
		w.violate("node %d accepts submission %d, which is not its own", h.number, e.Ref)
		return
	}
	s := w.traffic[e.Ref]
	if s.accepted || s.refused != nil {
		w.violate("node %d answers submission %d twice", h.number, e.Ref)
		return
	}
	s.accepted, s.id, s.expires = true, e.Message.ID, e.Message.Expires
	if other, ok := w.byID[s.id]; ok && !w.copied[h.number] {
		w.violate("submissions %d and %d are both bundle %s", other, e.Ref, s.id)
	}
	w.byID[s.id], w.expiry[s.id] = int(e.Ref), s.expires
	if _, ok := s.at(h); !ok || !mesh.Holds(h.disk, s.id) {
		w.violate("node %d has accepted %s, which is not durable there", h.number, s.id)
	}
	w.checkMessage(h, e.Message)
}

func (w *World) refused(h *host, e mesh.Refused) {
	s := w.traffic[e.Ref]
	if s.accepted || s.refused != nil {
		w.violate("node %d answers submission %d twice", h.number, e.Ref)
	}
	s.refused = e.Err
	w.refusals[e.Err.Error()]++
}

// at returns the message as it stands in a host's record. Another one, which
// somebody forged, may have its id, too.
func (s *sent) at(h *host) (mesh.Message, bool) { return s.as(h, s.id) }

// as is at for one whose user was not told of its id.
func (s *sent) as(h *host, id bundle.ID) (mesh.Message, bool) {
	m, ok := mesh.Find(h.disk, id)
	if ok && m.Text == s.text {
		return m, true
	}
	for _, m := range mesh.Messages(h.disk, 0, 1<<30) {
		if m.ID == id && m.Text == s.text {
			return m, true
		}
	}
	return mesh.Message{}, false
}

// addressees returns the indices of those for whom a message is, but for nodes
// that an attacker has, and for those that had no place in the network then.
func (w *World) addressees(s *sent) (out []int) {
	for i, h := range w.hosts {
		switch {
		case h.corrupt || w.copied[h.number] && int(h.number) != i+1 || h.enrolled > s.due:
		case s.To.Node != 0 && s.To.Node == h.number, s.To.Node == 0 && h.number != w.hosts[s.From].number:
			out = append(out, i)
		}
	}
	return out
}

// State returns what the user of a message was told last.
func (w *World) State(n int) (state mesh.State, accepted bool) {
	return w.traffic[n].state, w.traffic[n].accepted
}

// Inbox returns the record on a node's disk.
func (w *World) Inbox(index int) []mesh.Message {
	return mesh.Messages(w.hosts[index].disk, 0, 1<<30)
}

// Took returns how long a message took to a node, and whether it is there.
func (w *World) Took(n, index int) (d time.Duration, arrived bool) {
	s := w.traffic[n]
	if w.opts.Protocol != nil {
		return w.Arrived(n, index)
	}
	if !s.accepted {
		return 0, false
	}
	m, ok := mesh.Find(w.hosts[index].disk, s.id)
	return time.Duration(m.Recorded-m.Created) * time.Millisecond, ok
}

// Refusals returns how many submissions were refused.
func (w *World) Refusals() int {
	n := 0
	for _, s := range w.traffic {
		if s.refused != nil {
			n++
		}
	}
	return n
}
