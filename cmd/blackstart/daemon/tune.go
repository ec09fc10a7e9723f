package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio/retune"
)

// tuneEvery is how often it is looked whether links are on the right channels.
const tuneEvery = 2 * time.Second

var errNoPlan = errors.New("there is no radio plan, and it goes by its own URL")

// tuner keeps the links that name a channel of the radio plan on it.
type tuner struct {
	links   []*tunedLink
	planned atomic.Pointer[mesh.Planned] // what the node said last, once that was durable; nil: nothing yet
	changed chan struct{}                // it said something
	licence string
}

// plan takes what the node says.
func (t *tuner) plan(p mesh.Planned) {
	t.planned.Store(&p)
	select {
	case t.changed <- struct{}{}:
	default: // it is to be looked at already
	}
}

// tunedLink is one of them.
type tunedLink struct {
	*links.Tuned
	index   int
	url     string
	machine *retune.Machine // nil: the link has one place to be
	urls    [2]string       // by retune.Channel; "": nowhere
	lacks   [2]error        // why, where it is nowhere
	held    *plan.Plan      // by which they were made
	begun   bool
	seen    clock.Instant // up to which it was looked who was heard
	said    string        // logged last
}

// add takes a link under the tuner's care, if it names a channel.
func (t *tuner) add(index int, rawURL string, l any) {
	if tuned, ok := l.(*links.Tuned); ok {
		t.links = append(t.links, &tunedLink{Tuned: tuned, index: index, url: rawURL})
	}
}

// tune keeps the links on their channels until ctx ends.
func (d *daemon) tune(ctx context.Context) {
	if len(d.tuner.links) == 0 {
		return
	}
	tick := time.NewTicker(tuneEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.tuner.changed:
		case <-tick.C:
		}
		// Not by the plan of the status: a link acts on what is durable.
		p := d.tuner.planned.Load()
		if p == nil {
			continue
		}
		if st, err := d.node.Status(ctx); err == nil {
			for _, l := range d.tuner.links {
				d.tuneLink(l, *p, st)
			}
		}
	}
}

func (d *daemon) tuneLink(l *tunedLink, p mesh.Planned, st live.Status) {
	now := st.Now
	heard, known := l.heard(st)
	if !l.begun || !samePlan(p.Held, l.held) {
		l.begin(p, d.tuner.licence, now, known)
	} else if l.machine != nil {
		l.machine.Step(now, heard)
	}
	at := retune.New
	if l.machine != nil {
		at = l.machine.On()
	}
	why := l.lacks[at]
	switch {
	case why != nil:
	case l.held == nil:
		why = errNoPlan
	default:
		why = fmt.Errorf("it goes to the %s channel of radio plan %d", at, editionOf(l.held))
	}
	if err := l.Tune(l.urls[at], why); err != nil && !errors.Is(err, context.Canceled) {
		why = err
	}
	if said := l.urls[at] + why.Error(); said != l.said {
		l.said = said
		d.Log.Info("link is tuned", "link", l.url, "to", l.urls[at], "plan", editionOf(l.held), "why", why)
	}
}

func editionOf(p *plan.Plan) uint32 {
	if p == nil {
		return 0
	}
	return p.Edition
}

// samePlan compares plans. Two roots may have signed plans of one edition.
func samePlan(a, b *plan.Plan) bool {
	return a == b || a != nil && b != nil && bytes.Equal(a.Encode(), b.Encode()) // public: both are on the air
}

// heard returns who was heard on the link since it was asked last, and who is a
// neighbour there; only who proved that he is there, since a member can speak under
// any number.
func (l *tunedLink) heard(st live.Status) (heard, known []ident.Number) {
	for _, n := range st.Neighbours {
		if n.Link != l.index || !n.Proven {
			continue
		}
		known = append(known, n.Node)
		if n.Heard > l.seen {
			heard = append(heard, n.Node)
		}
	}
	l.seen = st.Now.Mono
	return heard, known
}

// begin finds out where the link may be under a plan. A plan that came while the node
// ran is handed on before the link leaves on its account. One that leaves the link where
// the plan before brought it ends no search for who has not followed that.
func (l *tunedLink) begin(p mesh.Planned, licence string, now clock.Reading, known []ident.Number) {
	name, before, lacked := links.ChannelOf(l.url), l.urls, l.lacks[retune.Former]
	for at, of := range [2]*plan.Plan{retune.Former: p.Former, retune.New: p.Held} {
		l.urls[at], l.lacks[at] = on(l.url, name, of, licence)
	}
	if l.machine != nil && p.Held != nil && before[retune.New] == l.urls[retune.New] && before[retune.New] == l.urls[retune.Former] {
		l.urls[retune.Former], l.lacks[retune.Former], l.held = before[retune.Former], lacked, p.Held
		return
	}
	lead := time.Duration(0)
	if l.begun && p.Held != nil {
		lead = retune.Terms{Patience: p.Held.Patience}.Slot()
	}
	l.machine, l.held, l.begun = nil, p.Held, true
	if p.Held != nil && l.urls[retune.Former] != l.urls[retune.New] {
		if l.urls[retune.Former] == "" {
			lead = 0 // there is nobody to hand it to
		}
		l.machine = retune.Start(retune.Terms{From: p.Held.From, Until: p.Held.Until, Patience: p.Held.Patience}, now, known, lead)
	}
}

// on returns the URL of a link on its channel of a plan, "" and why where it has none.
func on(rawURL, name string, p *plan.Plan, licence string) (string, error) {
	if p == nil {
		u, err := links.OnChannel(rawURL, nil, licence)
		if err != nil {
			return "", err
		}
		return u, nil
	}
	c, ok := p.Channel(name)
	if !ok {
		return "", fmt.Errorf("radio plan %d has no channel %s", p.Edition, name)
	}
	u, err := links.OnChannel(rawURL, &c, licence)
	if err != nil {
		return "", err
	}
	return u, nil
}
