package p2p

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"
	libp2pquic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/libp2p/go-libp2p/x/rate"
	ma "github.com/multiformats/go-multiaddr"
)

// newHost makes a libp2p host that listens on nothing yet. Everything that
// libp2p would do by itself towards others is off; a test lists it.
func newHost(cfg *Config, g *gate) (host.Host, error) {
	key, err := hostKey(cfg.Private)
	if err != nil {
		return nil, err
	}
	limits, err := newLimits()
	if err != nil {
		return nil, err
	}
	// TLS 1.3 for TCP as QUIC has it, so that both rest on Go's own crypto/tls;
	// libp2p's Noise would bring in a second handshake to trust.
	h, err := libp2p.New(
		libp2p.Identity(key),
		libp2p.NoListenAddrs,
		libp2p.Transport(libp2pquic.NewTransport),
		// Without DisableReuseport two processes could listen on one port and
		// neither would notice.
		libp2p.Transport(tcp.NewTCPTransport, tcp.DisableReuseport(), tcp.WithConnectionTimeout(dialPatient)),
		libp2p.Security(libp2ptls.ID, libp2ptls.New),
		libp2p.Muxer(yamux.ID, muxer()),
		libp2p.ConnectionGater(g),
		libp2p.ResourceManager(limits),
		libp2p.MultiaddrResolver(noNames{}),
		libp2p.UserAgent("blackstart"),
		libp2p.Ping(false),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
		libp2p.DisableIdentifyAddressDiscovery(),
		libp2p.ForceReachabilityPrivate(), // no AutoNAT probes
		// "Black hole" detection would stop UDP dials after a long cut.
		libp2p.UDPBlackHoleSuccessCounter(nil),
		libp2p.IPv6BlackHoleSuccessCounter(nil),
	)
	if err != nil {
		return nil, fmt.Errorf("start libp2p: %w", err)
	}
	return h, nil
}

// muxer is yamux without its own keepalive and round-trip pings (sessions have
// one, and it says more), and with windows that fit a small machine.
func muxer() *yamux.Transport {
	m := *yamux.DefaultTransport
	m.EnableKeepAlive = false
	m.MeasureRTTInterval = time.Hour
	m.MaxStreamWindowSize = 1 << 20
	m.AcceptBacklog = 32
	m.MaxIncomingStreams = 64
	return &m
}

// newLimits bounds what all peers together, and each of them, may hold here,
// for a gateway with 64 MB in all.
func newLimits() (network.ResourceManager, error) {
	conns := func(n int) rcmgr.ResourceLimits {
		return rcmgr.ResourceLimits{
			Conns: rcmgr.LimitVal(n), ConnsInbound: rcmgr.LimitVal(n), ConnsOutbound: rcmgr.LimitVal(n), FD: rcmgr.LimitVal(n),
			Streams: rcmgr.LimitVal(16 * n), StreamsInbound: rcmgr.LimitVal(8 * n), StreamsOutbound: rcmgr.LimitVal(8 * n),
		}
	}
	system, transient, each := conns(4*MaxNeighbours), conns(MaxNeighbours), conns(4)
	system.Memory, transient.Memory, each.Memory = 48<<20, 8<<20, 16<<20
	defaults := rcmgr.DefaultLimits.Scale(64<<20, 1024)
	limits := rcmgr.PartialLimitConfig{System: system, Transient: transient, PeerDefault: each}.Build(defaults)

	// libp2p's own limiter lets one address open 16 connections and then one in
	// five seconds, dials included: redialling through a long cut would run
	// into it, and so would many nodes behind one address.
	perAddress := func(bits int) []rate.SubnetLimit {
		return []rate.SubnetLimit{{PrefixLength: bits, Limit: rate.Limit{RPS: 16, Burst: 2 * MaxNeighbours}}}
	}
	loopback := []rate.PrefixLimit{{Prefix: netip.MustParsePrefix("127.0.0.0/8")}, {Prefix: netip.MustParsePrefix("::1/128")}}
	return rcmgr.NewResourceManager(rcmgr.NewFixedLimiter(limits),
		rcmgr.WithMetricsDisabled(),
		rcmgr.WithLimitPerSubnet(
			[]rcmgr.ConnLimitPerSubnet{{PrefixLength: 32, ConnCount: 4 * MaxNeighbours}},
			[]rcmgr.ConnLimitPerSubnet{{PrefixLength: 64, ConnCount: 4 * MaxNeighbours}}),
		rcmgr.WithConnRateLimiters(&rate.Limiter{
			NetworkPrefixLimits: loopback,
			SubnetRateLimiter: rate.SubnetLimiter{
				IPv4SubnetLimits: perAddress(32), IPv6SubnetLimits: perAddress(64), GracePeriod: time.Minute,
			},
		}))
}

// listen opens all addresses, one by one, since libp2p is content when one of
// several works. Only a missing IPv6 is forgiven, and only for the defaults.
func listen(h host.Host, addresses []string) error {
	given := addresses
	if len(given) == 0 {
		given = DefaultListen(0)
	}
	for _, s := range given {
		addr, err := ma.NewMultiaddr(s)
		if err != nil {
			return fmt.Errorf("listen address %q: %w", s, err)
		}
		if !dialable(addr) || named(addr) {
			return fmt.Errorf("listen address %q is none of QUIC or TCP; write /ip4/0.0.0.0/udp/PORT/quic-v1 or /ip4/0.0.0.0/tcp/PORT", s)
		}
		if err := h.Network().Listen(addr); err != nil {
			if strings.HasPrefix(s, "/ip6/::/") && noIPv6(err) {
				continue
			}
			return fmt.Errorf("listen on %s: %w", s, err)
		}
	}
	return nil
}

// noNames refuses every look-up that libp2p would do by itself. Configured
// names are looked up by the dialler, which notes the answers in the book.
type noNames struct{}

var errNoNames = errors.New("names are looked up for configured addresses only")

func (noNames) ResolveDNSAddr(context.Context, peer.ID, ma.Multiaddr, int, int) ([]ma.Multiaddr, error) {
	return nil, errNoNames
}

func (noNames) ResolveDNSComponent(context.Context, ma.Multiaddr, int) ([]ma.Multiaddr, error) {
	return nil, errNoNames
}
