package bench

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

// What a store is filled with.
const (
	fillOrigins = 10
	fillBytes   = 100 // of each text
	fillJoin    = store.MaxCommitBytes / 2
	fillFrame   = 50 // bundles in one frame
	fillPast    = 30 * time.Hour
	fillShort   = time.Hour // lifetime of what is dead by now
)

// filler of a node's store: the real node, in virtual time, hears a neighbour
// that brings messages of ten others.
type fill struct {
	node    *mesh.Node
	store   *disk.Store
	now     clock.Reading
	pending []*store.Batch
	cost    int
	relay   relay
}

// relay is the neighbour, and the origins that it speaks for.
type relay struct {
	keys    []*seal.Keys
	private []*ident.Private
	counter uint32
	next    []uint16 // sequence number by origin
	day     clock.Day
}

const (
	fillSelf  ident.Number = 1
	fillRelay ident.Number = 2
)

// fillNode makes the folder of a node that holds stored messages to a group,
// live of which are not expired.
func fillNode(n *benchNode, stored, live int) (err error) {
	f := &fill{relay: relay{next: make([]uint16, fillOrigins)}}
	if f.store, err = n.device.OpenStore(nil); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.store.Close()) }()
	ring, err := keyring.New(n.network.Secrets.Package)
	if err != nil {
		return err
	}
	for i := range fillOrigins {
		num := n.origins[i].number
		f.relay.private = append(f.relay.private, n.origins[i].private)
		f.relay.keys = append(f.relay.keys, seal.NewKeys(num, n.origins[i].private, n.network.Roster, ring.Secrets()))
	}
	today := clock.WallOf(time.Now())
	f.now = clock.Reading{Wall: today.Add(-fillPast), Bound: time.Second}
	f.node, err = mesh.New(f.now, mesh.Config{Self: fillSelf, Private: n.device.Private, Trust: n.device.Trust(n.network), Ring: ring,
		Verifier: unchecked{}, View: f.store, Jitter: rand.New(rand.NewPCG(1, 1))})
	if err != nil {
		return err
	}
	// The link stays busy with its first frame: what the node has to say to
	// the relay is not wanted here.
	if err := f.step(mesh.LinkEvent{Event: radio.Up{Profile: radio.Profile{Name: "fill", MTU: radio.MaxMTU, BitsPerSecond: 1e8, Secure: true}}}); err != nil {
		return err
	}
	if err := f.hear(stored-live, fillShort); err != nil {
		return err
	}
	f.now.Mono, f.now.Wall = f.now.Mono.Add(fillPast), today
	if err := f.step(mesh.Wake{}); err != nil {
		return err
	}
	if err := errors.Join(f.hear(live, 0), f.flush()); err != nil {
		return err
	}
	if s := f.node.Status(); s.Live != live || mesh.LastMessage(f.store) != uint64(stored) {
		return fmt.Errorf("the node holds %d messages, %d of them live, and not %d and %d: %+v", mesh.LastMessage(f.store), s.Live, stored, live, s.Counters)
	}
	return nil
}

// unchecked believes the signatures that this process has just made.
type unchecked struct{}

func (unchecked) Verify(ident.SignKey, []byte, []byte) bool { return true }

// hear has the node hear so many messages.
func (f *fill) hear(count int, lifetime time.Duration) error {
	r := &f.relay
	if day := f.now.Wall.Day(); day != r.day {
		r.day = day
		clear(r.next)
	}
	for count > 0 {
		fr := frame.Frame{From: fillRelay, Counter: r.counter + 1}
		r.counter++
		for range min(count, fillFrame) {
			origin := count % fillOrigins
			h := bundle.Header{
				ID:         bundle.ID{Origin: fillRelay + 1 + ident.Number(origin), Day: r.day, Seq: r.next[origin]},
				Precedence: bundle.Routine, To: bundle.Destination{Group: benchGroup}, Created: f.now.Wall,
				Lifetime: lifetime, Signed: true, NoReceipt: true,
			}
			if lifetime == 0 {
				h.Lifetime = bundle.DefaultLifetime(bundle.Routine)
			}
			r.next[origin]++
			b, err := bundle.Compose(r.keys[origin], r.private[origin], h, bundle.Content{Type: bundle.ContentText, Body: []byte(filler(fmt.Sprint(count, " "), fillBytes))})
			if err != nil {
				return err
			}
			fr.Items = append(fr.Items, frame.Item{Kind: frame.KindBundle, Body: b.Encode()})
			count--
		}
		link, _ := r.keys[0].Link(r.keys[0].At(r.day))
		data := frame.Seal(frame.NewKey(link), fr)
		if err := f.step(mesh.LinkEvent{Event: radio.Heard{Data: data}}); err != nil {
			return err
		}
	}
	return nil
}

// step carries out what concerns the store, joined as mesh/live does.
func (f *fill) step(ev mesh.Event) error {
	for _, e := range f.node.Step(f.now, ev) {
		c, ok := e.(mesh.Commit)
		if !ok {
			continue
		}
		if cost := c.Batch.Cost(); f.cost+cost > fillJoin {
			if err := f.flush(); err != nil {
				return err
			}
		}
		f.pending = append(f.pending, c.Batch)
		f.cost += c.Batch.Cost()
	}
	return nil
}

func (f *fill) flush() error {
	if err := f.store.Commit(f.pending...); err != nil {
		return err
	}
	n := len(f.pending)
	f.pending, f.cost = nil, 0
	for range n {
		if err := f.step(mesh.Committed{}); err != nil {
			return err
		}
	}
	return nil
}

// benchNode is the folder of a real node in a network of its own.
type benchNode struct {
	dir, key string
	device   *device.Device
	network  *enrol.Network
	origins  []origin
}

type origin struct {
	number  ident.Number
	private *ident.Private
}
