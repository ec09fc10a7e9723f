package live

import (
	"slices"
	"sync"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

// link is what the loop knows of one link. It outlives the machine, so that a
// rebuilt one can be told.
type link struct {
	index       int
	device      radio.Link
	up          bool
	profile     radio.Profile
	contacts    []ident.Number // ascending; neighbours that are there now
	outstanding bool           // a frame was handed over and not reported
	announced   bool           // the present machine was told that it is up
	known       bool           // it was told so at some time
	why         string         // it is down
	generation  uint64         // counts Down events
}

func newLink(index int, device radio.Link) *link {
	return &link{index: index, device: device, profile: device.Profile(), why: "not opened yet"}
}

// report is an event of a link on its way to the loop.
type report struct {
	link  int
	event radio.Event
}

// receiveAll starts one goroutine for each link, and returns the function that
// closes the links and waits for them.
func (l *loop) receiveAll() (stop func()) {
	quit := make(chan struct{})
	var wg sync.WaitGroup
	for i, k := range l.links {
		wg.Go(func() { l.receive(i, k.device, quit) })
	}
	return func() {
		close(quit)
		for _, k := range l.links {
			if err := k.device.Close(); err != nil {
				l.log.Warn("link did not close cleanly", "link", k.index, "reason", err)
			}
		}
		wg.Wait()
	}
}

// receive forwards a link's events. A full queue holds the link back, whose
// own queue is bounded too. Any error ends it: links reopen by themselves and
// return one only when they are closed.
func (l *loop) receive(index int, device radio.Link, quit <-chan struct{}) {
	for {
		ev, err := device.Receive()
		if err != nil {
			ev = radio.Down{Err: err}
		}
		select {
		case l.reports <- report{index, ev}:
		case <-quit:
			return
		}
		if err != nil {
			return
		}
	}
}

func (l *loop) onLink(r report) {
	k := l.links[r.link]
	switch ev := r.event.(type) {
	case radio.Up:
		said := []any{"link", k.index, "name", ev.Profile.Name}
		if about := k.about(); about != "" {
			said = append(said, "radio", about)
		}
		l.log.Info("link up", said...)
		k.up, k.profile = true, ev.Profile
		if k.announced {
			l.pass(k, ev)
			return
		}
		l.announce(k)
	case radio.Down:
		l.log.Warn("link down", "link", k.index, "name", k.profile.Name, "reason", ev.Err)
		k.up, k.announced, k.outstanding, k.contacts = false, false, false, nil
		k.why = "down"
		if ev.Err != nil {
			k.why = ev.Err.Error()
		}
		k.generation++
		if k.known {
			l.pass(k, ev)
		}
	case radio.Sent:
		l.onSent(k, ev)
	case radio.Contact:
		k.note(ev)
		if k.announced {
			l.pass(k, ev)
		}
	default:
		if k.announced {
			l.pass(k, ev)
		}
	}
}

// onSent passes a completion on, but for the one of a frame that a discarded
// machine had sent: the present one is told that the link is there instead.
func (l *loop) onSent(k *link, ev radio.Sent) {
	if !k.outstanding {
		return // went with a Down
	}
	k.outstanding = false
	if k.announced {
		l.pass(k, ev)
		return
	}
	l.announce(k)
}

// announce tells the machine of a link that works and is free.
func (l *loop) announce(k *link) {
	if l.machine == nil || !k.up || k.outstanding {
		return
	}
	k.announced, k.known = true, true
	l.pass(k, radio.Up{Profile: k.profile})
	for _, c := range k.contacts {
		l.pass(k, radio.Contact{Node: c, Up: true})
	}
}

func (l *loop) pass(k *link, ev radio.Event) {
	l.step(mesh.LinkEvent{Link: k.index, Event: ev})
}

// note keeps the neighbours that are there.
func (k *link) note(c radio.Contact) {
	at, found := slices.BinarySearch(k.contacts, c.Node)
	switch {
	case c.Up && !found:
		k.contacts = slices.Insert(k.contacts, at, c.Node)
	case !c.Up && found:
		k.contacts = slices.Delete(k.contacts, at, at+1)
	}
}

// about says what device the link found, "" where it does not tell.
func (k *link) about() string {
	if t, ok := k.device.(interface{ About() string }); ok {
		return t.About()
	}
	return ""
}

// absent returns the links that the machine was not told of: a radio that was
// never there has to show in the status too.
func (l *loop) absent(told []mesh.LinkStatus) []mesh.LinkStatus {
	var list []mesh.LinkStatus
	for _, k := range l.links {
		if !slices.ContainsFunc(told, func(s mesh.LinkStatus) bool { return s.Link == k.index }) {
			list = append(list, mesh.LinkStatus{Link: k.index, Down: k.why, Profile: k.profile})
		}
	}
	return list
}
