// Package demo is `blackstart demo`: an operator's network on one machine,
// without radios and without privileges. Its nodes are processes of the same
// binary, with folders, keys and stores of their own; only the radio channel is
// simulated, behind the protocol of real modems.
//
//	crew-1 ))))
//	            radio (((( substation ---- LAN ---- control
//	crew-2 ))))
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
)

// Options says what to show.
type Options struct {
	Script bool   // tell the story and end, instead of staying
	Radio  string // one of the names below
	Rate   int    // of packet modems, bit/s
	Kills  int    // with Script: end nodes at so many moments, instead of the story
	Seed   uint64 // of these moments, and of the channel
	Limit  time.Duration
	JSON   bool // print the result as one JSON object
	Keep   bool // leave the folder
	Exe    string
	Out    io.Writer
	Err    io.Writer
}

// Values of Options.Radio.
const (
	KISS       = "kiss"
	RNode      = "rnode"
	Meshtastic = "meshtastic"
	MeshCore   = "meshcore-kiss"
	Pipe       = "pipe"
	Ebyte      = "ebyte"
	RYLR       = "rylr"
	RUI3       = "rui3"
	RN2483     = "rn2483"
	DireWolf   = "direwolf"
)

// world is the running demo.
type world struct {
	Options
	*teller
	dir   string
	air   air
	lan   *cable
	nodes [nodeCount]*node
	sent  []*sent
	flown int // kills so far
}

// Run runs the demo until ctx ends, or until the script has ended. It ends the
// processes that it started, and no others.
func Run(ctx context.Context, o Options) (err error) {
	w := &world{Options: o, teller: newTeller(o)}
	if w.dir, err = os.MkdirTemp("", "blackstart-demo-"); err != nil {
		return err
	}
	defer func() {
		if !o.Keep && (err == nil || !o.Script) {
			err = errors.Join(err, os.RemoveAll(w.dir))
			return
		}
		if os.Remove(w.dir) == nil {
			return // it ended before there was anything in it
		}
		fmt.Fprintf(o.Err, "the folders and logs of the nodes are left in %s\n", w.dir)
	}()
	defer func() { err = errors.Join(err, w.close()) }()
	if err := w.build(ctx); err != nil {
		return err
	}
	for _, n := range w.nodes {
		if err := n.start(ctx); err != nil {
			return interruptedIs(ctx, err)
		}
	}
	switch {
	case o.Script && o.Kills > 0:
		err = w.torture(ctx)
	case o.Script:
		err = w.story(ctx)
	default:
		return w.stay(ctx)
	}
	if err == nil {
		err = w.finish(ctx)
	}
	return errors.Join(err, w.report(err))
}

// interruptedIs makes Ctrl-C while starting no error.
func interruptedIs(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// build makes the channel, the cable, and the folders of the nodes.
func (w *world) build(ctx context.Context) (err error) {
	if w.air, err = openAir(ctx, w.Options, filepath.Join(w.dir, "air")); err != nil {
		return err
	}
	// Nodes learn each other's addresses and would go past the cable. They take
	// only such as are on the machine that they are connected to; so the
	// substation gets another loopback address than the cable has.
	lan, err := otherLoopback()
	if err != nil {
		return err
	}
	if w.lan, err = newCable(lan); err != nil {
		return err
	}
	// The cable carries TCP, so QUIC is left out.
	const ip = "ip://%s?mdns=no&transport=tcp"
	urls := [nodeCount][]string{
		crew1:      {w.air.url(0)},
		crew2:      {w.air.url(1)},
		substation: {w.air.url(2), fmt.Sprintf(ip, lan)},
		control:    {fmt.Sprintf(ip+"&peer=%s", "127.0.0.1:0", w.lan.address())},
	}
	var texts [nodeCount]string
	for i, list := range urls {
		texts[i] = "listen: 127.0.0.1:0\nairtime-licence: the radios of the demo are emulated, nothing is transmitted\nlinks:\n"
		for _, u := range list {
			texts[i] += fmt.Sprintf("  - %q\n", u)
		}
	}
	if err := equip(w.dir, texts); err != nil {
		return err
	}
	for i, name := range nodeNames {
		w.nodes[i] = &node{name: name, dir: filepath.Join(w.dir, name), key: keyFile(w.dir, i), exe: w.Exe}
	}
	return nil
}

// otherLoopback returns an address of this machine, other than 127.0.0.1, with a
// port that was free a moment ago. Linux and Windows have all of 127.0.0.0/8.
func otherLoopback() (string, error) {
	var errs error
	for _, host := range []string{"[::1]:0", "127.0.0.2:0"} {
		l, err := net.Listen("tcp", host)
		if err == nil {
			return l.Addr().String(), l.Close()
		}
		errs = errors.Join(errs, err)
	}
	return "", fmt.Errorf("no second loopback address for the LAN: %w", errs)
}

// close ends everything that runs.
func (w *world) close() error {
	var err error
	for _, n := range w.nodes {
		if n != nil {
			err = errors.Join(err, n.stop())
		}
	}
	if w.lan != nil {
		err = errors.Join(err, w.lan.Close())
	}
	if w.air != nil {
		err = errors.Join(err, w.air.Close())
	}
	return err
}

// stay shows the addresses and waits.
func (w *world) stay(ctx context.Context) error {
	fmt.Fprintf(w.Out, `Four nodes run on this machine. crew-1, crew-2 and substation share a radio channel
of %d bit/s; substation and control share a LAN. Open two pages and write:

`, w.onAir())
	for _, n := range w.nodes {
		url, err := n.page()
		if err != nil {
			return err
		}
		fmt.Fprintf(w.Out, "  %-11s %s\n", n.name, url)
	}
	fmt.Fprintf(w.Out, `
What to try
  - send a FLASH from crew-1 to control, and see it delivered over radio and LAN
  - send several long ROUTINE messages to all from crew-1, then a FLASH: it overtakes them
  - in another terminal:
      %[1]s --dir %[2]s send control "feeder 7 is dead" --wait delivered
      %[1]s --dir %[2]s status
      %[1]s --dir %[3]s inbox --follow
Ctrl-C ends the demo and removes all of it.
`, w.Exe, w.nodes[crew1].dir, w.nodes[control].dir)
	select {
	case <-ctx.Done():
		return nil
	case n := <-w.anyEnded():
		return fmt.Errorf("%s ended by itself: %w; its log is %s.log", n.name, n.err, n.dir)
	}
}

// anyEnded tells the first node that ends.
func (w *world) anyEnded() <-chan *node {
	first := make(chan *node, nodeCount)
	for _, n := range w.nodes {
		ended := n.ended
		go func() { <-ended; first <- n }()
	}
	return first
}

// page is the address of a running node's web page.
func (n *node) page() (string, error) {
	address, err := device.ReadAddress(n.dir)
	if err != nil {
		return "", err
	}
	token, err := client.ReadToken(device.TokenFile(n.dir))
	return device.PageURL(address, token), err
}
