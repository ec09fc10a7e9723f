// Package links turns the URLs of a node's configuration into links. It is the
// one place that knows all families of devices.
package links

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rn2483"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rui3"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rylr"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/ebyte"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/meshtastic"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/pipe"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/rnode"
	"github.com/blackstart-mesh/blackstart/mesh/p2p"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// Node is what a link may need to know of the node that it serves.
type Node struct {
	Private  *ident.Private
	Self     ident.Number
	Roster   func() *ident.Roster // the one in force
	Verifier ident.Verifier
	Files    p2p.Files // hands network files on; nil: nobody does
	Log      *slog.Logger
}

// opener opens the link that a URL names, and check finds mistakes in the URL
// without touching a device.
type opener struct {
	scheme string
	check  func(rawURL, licence string) error
	open   func(rawURL string, n Node) (radio.Link, error)
}

// Families are the kinds of radio that there are drivers for.
func Families() []bridge.Family {
	return []bridge.Family{kiss.Family(), rnode.Family(), meshtastic.Family(), pipe.Family(), ebyte.Family(), rylr.Family(), rui3.Family(), rn2483.Family()}
}

// FamilyOf returns the family of a radio's URL, and finds mistakes in the URL.
func FamilyOf(rawURL string) (bridge.Family, error) {
	scheme, _, isURL := strings.Cut(rawURL, "://")
	list := Families()
	var names []string
	for _, f := range list {
		if scheme == f.Scheme || scheme == f.Scheme+"+tcp" {
			return f, f.Check(rawURL)
		}
		names = append(names, f.Scheme+"://")
	}
	if !isURL {
		return bridge.Family{}, fmt.Errorf("radio %q is not a URL: write kiss:///dev/ttyUSB0, or kiss+tcp://HOST:PORT; before :// stands one of %s", rawURL, strings.Join(names, " "))
	}
	return bridge.Family{}, fmt.Errorf("radio %q: unknown scheme, want one of %s, or +tcp behind its name", rawURL, strings.Join(names, ", "))
}

// Expected returns how many neighbours a link's URL expects, 0 where it does not say.
func Expected(rawURL string) int {
	f, err := FamilyOf(rawURL)
	if err != nil {
		return 0
	}
	u, err := bridge.ParseURL(rawURL, f.Scheme, f.Params)
	if err != nil {
		return 0
	}
	return u.Number(bridge.ExpectName)
}

func openers() []opener {
	var list []opener
	for _, f := range Families() {
		open := func(rawURL string, _ Node) (radio.Link, error) { return openRadio(f, rawURL) }
		check := func(rawURL, licence string) error { return checkRadio(f, rawURL, licence) }
		list = append(list, opener{f.Scheme, check, open}, opener{f.Scheme + "+tcp", check, open})
	}
	return append(list, opener{"ip", checkIP, openIP})
}

// Open opens a link. A device that is missing is no error: the link is down
// and tries again. Errors name the URL and what is wrong with it.
func Open(rawURL string, n Node) (radio.Link, error) {
	o, err := find(rawURL)
	if err != nil {
		return nil, err
	}
	return o.open(rawURL, n)
}

// Check finds mistakes in a URL without opening anything. Licence is the operator's
// statement that allows links more airtime than the law allows everybody.
func Check(rawURL, licence string) error {
	o, err := find(rawURL)
	if err != nil {
		return err
	}
	return o.check(rawURL, licence)
}

// checkRadio also finds out, as far as it is known before the device was asked,
// whether the link may transmit at all.
func checkRadio(f bridge.Family, rawURL, licence string) error {
	if ChannelOf(rawURL) != "" && lacking(f, rawURL) {
		return nil // until the plan says more
	}
	p, err := f.Plan(rawURL)
	if err != nil {
		return err
	}
	rule, err := ledger.For(p, licence)
	if err == nil {
		_, err = rule.MTU(p)
	}
	if err != nil {
		return fmt.Errorf("link %q: %w", rawURL, err)
	}
	return nil
}

// schemes lists what a URL may begin with.
func schemes() []string {
	var names []string
	for _, o := range openers() {
		names = append(names, o.scheme)
	}
	return names
}

func find(rawURL string) (opener, error) {
	scheme, _, found := strings.Cut(rawURL, "://")
	list := openers()
	i := slices.IndexFunc(list, func(o opener) bool { return o.scheme == scheme })
	if !found || i < 0 {
		return opener{}, fmt.Errorf("link %q: unknown scheme, want one of %s://", rawURL, strings.Join(schemes(), "://, "))
	}
	return list[i], nil
}

func checkIP(rawURL, _ string) error {
	_, err := ParseIP(rawURL)
	return err
}

func openIP(rawURL string, n Node) (radio.Link, error) {
	u, err := ParseIP(rawURL)
	if err != nil {
		return nil, err
	}
	cert, ok := n.Roster().Certificate(n.Self)
	if !ok {
		return nil, fmt.Errorf("link %q: node %v has no certificate", rawURL, n.Self)
	}
	l, err := p2p.Open(p2p.Config{
		Private: n.Private, Self: n.Self, Certificate: cert, Roster: n.Roster, Verifier: n.Verifier, Files: n.Files,
		Listen: u.Listen, Peers: u.Peers, MDNS: u.MDNS, Name: rawURL, Log: n.Log,
	})
	if err != nil {
		return nil, fmt.Errorf("link %q: %w", rawURL, err)
	}
	return l, nil
}
