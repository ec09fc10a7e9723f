package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/mesh/p2p"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

// sayEvery is how often a node says unasked what it accepted: what it did not
// say before it is killed, nobody outside was told.
const sayEvery = 100 * time.Millisecond

// lanNode is the process of one node.
type lanNode struct {
	spec  lanSpec
	store *disk.Store
	link  *p2p.Link
	node  *live.Node

	mu       sync.Mutex // guards what follows
	out      *json.Encoder
	accepted []lanID
	delays   map[int][]int32 // microseconds, by phase
}

// LanNode runs one node of the LAN bench until its input ends.
func LanNode(in io.Reader, out io.Writer) (err error) {
	orders := json.NewDecoder(in)
	n := &lanNode{out: json.NewEncoder(out), delays: make(map[int][]int32)}
	if err := orders.Decode(&n.spec); err != nil {
		return fmt.Errorf("which node this is: %w", err)
	}
	if err := n.start(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.node.Close(), n.store.Close()) }()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	events, cancel, err := n.node.Subscribe()
	if err != nil {
		return err
	}
	defer cancel()
	last := n.node.Last()
	running.Go(func() { n.watch(ctx, events, last) })
	running.Go(func() { n.sayAccepted(ctx) })
	if err := n.say(lanWord{Listening: n.link.Addresses()}); err != nil {
		return err
	}
	for err == nil {
		var o lanOrder
		if err = orders.Decode(&o); err == nil {
			err = n.obey(ctx, &running, o)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (n *lanNode) start() error {
	op, err := sim.NewOperator(n.spec.Seed, n.spec.Nodes, n.spec.Day)
	if err != nil {
		return err
	}
	open := disk.Open
	if _, err := os.Stat(n.spec.Dir); errors.Is(err, os.ErrNotExist) {
		open = disk.Create
	}
	if n.store, err = open(n.spec.Dir, benchKey, disk.Options{}); err != nil {
		return err
	}
	self := ident.Number(n.spec.Index + 1)
	cert, _ := op.Roster.Certificate(self)
	n.link, err = p2p.Open(p2p.Config{
		Private: op.Private[n.spec.Index], Self: self, Certificate: cert, Verifier: ident.Ed25519{},
		Roster: func() *ident.Roster { return op.Roster }, Peers: n.spec.Peers,
		Listen: []string{"/ip4/127.0.0.1/udp/0/quic-v1", "/ip4/127.0.0.1/tcp/0"},
	})
	if err != nil {
		return errors.Join(err, n.store.Close())
	}
	vault, err := op.Vault(n.spec.Index, n.spec.Day)
	if err != nil {
		return errors.Join(err, n.link.Close(), n.store.Close())
	}
	n.node, err = live.Start(live.Config{Build: buildNode(op, n.spec.Index, vault), Store: n.store, Vault: vault, Links: []radio.Link{n.link}})
	if err != nil {
		return errors.Join(err, n.link.Close(), n.store.Close())
	}
	return nil
}

func (n *lanNode) obey(ctx context.Context, running *sync.WaitGroup, o lanOrder) error {
	switch {
	case o.Load != nil:
		running.Go(func() { n.load(ctx, *o.Load) })
		return nil
	case o.Delays != 0:
		n.mu.Lock()
		delays := append([]int32{}, n.delays[o.Delays]...) // not nil: that would be no answer
		n.mu.Unlock()
		return n.say(lanWord{Delays: &delays})
	default:
		return n.tell(ctx)
	}
}

// say sends one word, with what was accepted since the last one.
func (n *lanNode) say(w lanWord) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	w.Accepted, n.accepted = n.accepted, nil
	return n.out.Encode(w)
}

func (n *lanNode) sayAccepted(ctx context.Context) {
	tick := time.NewTicker(sayEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n.say(lanWord{}) != nil {
			return // nobody listens any more; the input is about to end too
		}
	}
}

// tell answers how this node stands. A node too busy to answer says so.
func (n *lanNode) tell(ctx context.Context) error {
	s, err := n.node.Status(ctx)
	if err != nil {
		return n.say(lanWord{Stands: &lanStands{State: err.Error()}})
	}
	w := lanStands{Neighbours: len(s.Neighbours), Record: s.Last, State: s.State.String(), Counters: make(map[string]uint64)}
	for _, l := range s.Links {
		for _, queued := range l.Queued {
			w.Queued += queued
		}
	}
	for _, c := range s.Counters {
		w.Counters[c.Name] = c.Count
	}
	for _, c := range n.link.Counters() {
		w.Counters["link: "+c.Name] = c.Count
	}
	return n.say(lanWord{Stands: &w})
}
