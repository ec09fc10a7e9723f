package p2p

import (
	"encoding/hex"
	"net"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/discovery/mdns"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"
)

// announcer finds nodes on attached networks by mDNS. libp2p's service is
// started anew while a node is missing, and when this machine's addresses have
// changed: it tells of each peer only once and asks ever more rarely, so that
// by itself it would never mend a cut.
type announcer struct {
	link    *Link
	service mdns.Service
	started time.Time
	at      []string // this machine's addresses when it started
}

func newAnnouncer(l *Link) *announcer { return &announcer{link: l} }

func (a *announcer) look(now time.Time, missing bool) {
	since := now.Sub(a.started)
	if since < announceEvery && (since < announceEvery/3 || slices.Equal(a.at, interfaces())) {
		return
	}
	if a.service != nil && !missing && slices.Equal(a.at, interfaces()) {
		a.started = now
		return
	}
	a.stop()
	a.started, a.at = now, interfaces()
	service := mdns.NewMdnsService(a.link.host, a.name(), found{a.link})
	if err := service.Start(); err != nil {
		a.link.cfg.Log.Debug("mDNS did not start", "reason", err)
		service.Close()
		return
	}
	a.service = service
}

func (a *announcer) stop() {
	if a.service != nil {
		a.service.Close()
		a.service = nil
	}
}

// name keeps operators on one LAN apart. It fits the 15 characters that a
// service name may have.
func (a *announcer) name() string {
	operator := a.link.cfg.Roster().Operator()
	return "_bs" + hex.EncodeToString(operator[:6]) + "._udp"
}

func interfaces() []string {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var all []string
	for _, a := range addrs {
		all = append(all, a.String())
	}
	slices.Sort(all)
	return all
}

// found hears what mDNS finds. Anybody on the network can say anything there:
// only members are noted, and only at addresses of attached networks.
type found struct{ link *Link }

func (f found) HandlePeerFound(info peer.AddrInfo) {
	if _, ok := f.link.cfg.member(info.ID); !ok || f.link.ctx.Err() != nil {
		return
	}
	attached, err := net.InterfaceAddrs()
	if err != nil {
		return
	}
	var addrs []ma.Multiaddr
	for _, a := range info.Addrs {
		if dialable(a) && !named(a) && near(a, attached) {
			addrs = append(addrs, a)
		}
	}
	if len(addrs) > 0 {
		f.link.book.announced(info.ID, addrs)
		f.link.wake()
	}
}

// near reports whether addr lies in one of the attached networks.
func near(addr ma.Multiaddr, attached []net.Addr) bool {
	ip, err := manet.ToIP(addr)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(attached, func(a net.Addr) bool {
		n, ok := a.(*net.IPNet)
		return ok && n.Contains(ip)
	})
}
