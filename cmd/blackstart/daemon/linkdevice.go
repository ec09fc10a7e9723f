package daemon

import (
	"github.com/blackstart-mesh/blackstart/api/wire"
	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/mesh/p2p"
)

// linkDevice tells people what is behind a link, and what its driver dropped: a device
// that sends garbage shows nowhere else.
func (d *daemon) linkDevice(link int) (about string, counters []wire.Counter) {
	if link < 0 || link >= len(d.links) {
		return "", nil
	}
	l := d.links[link]
	if t, ok := l.(bridge.Telling); ok {
		about = t.About()
	}
	switch l := l.(type) {
	case bridge.Counting:
		for _, c := range l.Counters() {
			if c.Count > 0 {
				counters = append(counters, wire.Counter{Name: c.Name, Count: c.Count})
			}
		}
	case *p2p.Link:
		for _, c := range l.Counters() {
			counters = append(counters, wire.Counter{Name: c.Name, Count: c.Count})
		}
	}
	return about, counters
}
