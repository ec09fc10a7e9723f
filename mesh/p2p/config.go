package p2p

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Config is what a Link is made of. Private, Self, Certificate, Roster and
// Verifier are required.
type Config struct {
	Private     *ident.Private
	Self        ident.Number
	Certificate *ident.Certificate // of Self, shown to peers
	// Roster returns the roster in force. It is asked again for every peer and
	// about once a second, from several goroutines: a node that left it is
	// disconnected.
	Roster   func() *ident.Roster
	Verifier ident.Verifier

	// Listen holds the multiaddrs to listen on. Empty: DefaultListen(0).
	Listen []string
	// Peers holds multiaddrs of other nodes, with or without /p2p/ID at the
	// end. Names (/dns, /dns4, /dns6) are looked up while the node is missing.
	Peers []string
	// MDNS finds the operator's nodes on directly attached networks, and lets
	// itself be found.
	MDNS bool

	Files Files // hands network files on; nil: the link does not

	Name      string        // of the profile; empty: "ip://"
	Heartbeat time.Duration // whole seconds, 1 s to 255 s; 0: DefaultHeartbeat
	Redial    time.Duration // 0: DefaultRedial; longer where each byte costs money
	Log       *slog.Logger  // nil: no log
}

// DefaultListen returns the addresses of all interfaces, IPv4 and IPv6, QUIC
// and TCP, on one port for both; 0 lets the system choose two.
func DefaultListen(port uint16) []string {
	return []string{
		fmt.Sprintf("/ip4/0.0.0.0/udp/%d/quic-v1", port),
		fmt.Sprintf("/ip4/0.0.0.0/tcp/%d", port),
		fmt.Sprintf("/ip6/::/udp/%d/quic-v1", port),
		fmt.Sprintf("/ip6/::/tcp/%d", port),
	}
}

// withDefaults checks c and fills in what was left out.
func (c Config) withDefaults() (Config, error) {
	switch {
	case c.Private == nil:
		return c, errors.New("ip link: no private key")
	case c.Certificate == nil:
		return c, errors.New("ip link: no certificate")
	case c.Roster == nil || c.Roster() == nil:
		return c, errors.New("ip link: no roster")
	case c.Verifier == nil:
		return c, errors.New("ip link: no verifier")
	case c.Certificate.Number != c.Self:
		return c, fmt.Errorf("ip link: certificate is of node %v, not of %v", c.Certificate.Number, c.Self)
	case c.Certificate.Sign != c.Private.SignKey():
		return c, fmt.Errorf("ip link: certificate of node %v is for another key than the private one", c.Self)
	}
	if c.Heartbeat == 0 {
		c.Heartbeat = DefaultHeartbeat
	}
	if c.Heartbeat%time.Second != 0 || c.Heartbeat < time.Second || c.Heartbeat > 255*time.Second {
		return c, fmt.Errorf("ip link: heartbeat %v is not 1 to 255 whole seconds", c.Heartbeat)
	}
	if c.Redial == 0 {
		c.Redial = DefaultRedial
	}
	if c.Redial < 0 {
		return c, fmt.Errorf("ip link: redial interval %v", c.Redial)
	}
	if c.Name == "" {
		c.Name = "ip://"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}
