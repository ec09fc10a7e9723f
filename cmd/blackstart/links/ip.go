package links

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/blackstart-mesh/blackstart/mesh/p2p"
)

// IP is what the URL of an IP link says:
//
//	ip://[HOST:PORT][?peer=HOST:PORT&...][&mdns=yes|no][&transport=both|tcp|quic]
//
// HOST is the address of an interface of this machine; without one the link
// listens on all. Port 0 is any free one. mdns finds neighbours on the LAN by
// itself; it is on unless said otherwise.
type IP struct {
	Listen []string // multiaddrs
	Peers  []string // multiaddrs
	MDNS   bool
}

const maxURL = 4096

// ParseIP reads the URL of an IP link. It looks nothing up.
func ParseIP(rawURL string) (IP, error) {
	wrong := func(format string, args ...any) (IP, error) {
		return IP{}, fmt.Errorf("link %q: %w", rawURL, fmt.Errorf(format, args...))
	}
	if len(rawURL) > maxURL {
		return wrong("longer than %d bytes", maxURL)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return IP{}, fmt.Errorf("link %q is no URL", rawURL)
	}
	if u.Scheme != "ip" || u.User != nil || u.Opaque != "" || u.Path != "" || u.Fragment != "" || strings.Contains(rawURL, "#") {
		return wrong("want ip://HOST:PORT?peer=HOST:PORT")
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return wrong("%v", err)
	}
	both := []string{"tcp", "quic"}
	l := IP{MDNS: true}
	for key, values := range q {
		if key != "peer" && len(values) > 1 {
			return wrong("parameter %s stands there twice", key)
		}
		switch key {
		case "peer": // below, once the transport is known
		case "mdns":
			if values[0] != "yes" && values[0] != "no" {
				return wrong("mdns=%q, want yes or no", values[0])
			}
			l.MDNS = values[0] == "yes"
		case "transport":
			switch values[0] {
			case "tcp", "quic":
				both = values
			case "both":
			default:
				return wrong("transport=%q, want both, tcp or quic", values[0])
			}
		default:
			return wrong("unknown parameter %q, allowed: peer, mdns, transport", key)
		}
	}
	if l.Listen, err = listenAddresses(u.Host, both); err != nil {
		return wrong("%w", err)
	}
	for _, p := range q["peer"] {
		addresses, err := peerAddresses(p, both)
		if err != nil {
			return wrong("peer %q: %w", p, err)
		}
		l.Peers = append(l.Peers, addresses...)
	}
	return l, nil
}

func listenAddresses(hostport string, transports []string) ([]string, error) {
	if hostport == "" {
		hostport = ":0"
	}
	host, port, err := splitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	if host != "" {
		if _, err := netip.ParseAddr(host); err != nil {
			return nil, fmt.Errorf("%q is not an IP address of this machine", host)
		}
		return multiaddrs(host, port, transports), nil
	}
	if len(transports) == 2 {
		return p2p.DefaultListen(port), nil
	}
	return append(multiaddrs("0.0.0.0", port, transports), multiaddrs("::", port, transports)...), nil
}

func peerAddresses(peer string, transports []string) ([]string, error) {
	if strings.HasPrefix(peer, "/") {
		return []string{peer}, nil // a multiaddr, which p2p checks
	}
	host, port, err := splitHostPort(peer)
	if err != nil {
		return nil, err
	}
	if host == "" || port == 0 {
		return nil, fmt.Errorf("want HOST:PORT")
	}
	return multiaddrs(host, port, transports), nil
}

func splitHostPort(s string) (string, uint16, error) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return "", 0, fmt.Errorf("%q, want HOST:PORT", s)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("port %q, want 0..65535", port)
	}
	if strings.ContainsAny(host, "/?# ") {
		return "", 0, fmt.Errorf("host %q", host)
	}
	return host, uint16(n), nil
}

// multiaddrs writes an address in libp2p's way, once for each transport.
func multiaddrs(host string, port uint16, transports []string) []string {
	kind := "dns"
	if a, err := netip.ParseAddr(host); err == nil {
		if kind = "ip6"; a.Is4() {
			kind = "ip4"
		}
	}
	var all []string
	for _, t := range transports {
		if t == "tcp" {
			all = append(all, fmt.Sprintf("/%s/%s/tcp/%d", kind, host, port))
		} else {
			all = append(all, fmt.Sprintf("/%s/%s/udp/%d/quic-v1", kind, host, port))
		}
	}
	return all
}
