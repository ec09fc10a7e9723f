package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/direwolf"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

// GoodputOptions says what is sent over which modems.
type GoodputOptions struct {
	Messages int           // that are sent one after the other, all submitted at once
	Bytes    int           // of text in each
	Baud     int           // 1200, 2400 or 9600
	MTU      int           // of the nodes' frames
	Persist  int           // of the channel access of both modems
	Slot     time.Duration // of the same
	Frames   int           // that the modem alone is given, of goodputFrame bytes
	Dir      string        // in which stores and logs are made
}

// MaxGoodput bounds messages and frames of GoodputOptions.
const MaxGoodput = 100

// goodputFrame is the size of the frames that the modem's own rate is taken by.
const goodputFrame = 250

// Goodput measures text that goes from one node to another over two Dire Wolf
// modems joined by sound, against the rate at which the same modems carry frames
// that they are given all at once.
func Goodput(ctx context.Context, o GoodputOptions) (_ *Report, err error) {
	dir, remove, err := tempDir(o.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	channel, err := direwolf.Start(ctx, direwolf.Config{
		Dir: filepath.Join(dir, "modems"), Stations: 2, Baud: o.Baud, Persist: []int{o.Persist, o.Persist}, Slot: []time.Duration{o.Slot, o.Slot},
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, channel.Close()) }()
	r := newReport("goodput")
	r.Parameters["messages"], r.Parameters["bytes"], r.Parameters["modem"] = o.Messages, o.Bytes, "Dire Wolf"
	r.Parameters["link"] = fmt.Sprintf("%s&mtu=%d", channel.URL(0), o.MTU)
	alone, err := modemRate(ctx, channel, o.Frames)
	if err != nil {
		return nil, fmt.Errorf("the modem alone: %w", err)
	}
	p := &radioPair{dir: dir}
	defer func() { err = errors.Join(err, p.close()) }()
	if err := p.start(channel, o.MTU); err != nil {
		return nil, err
	}
	if err := p.meet(ctx); err != nil {
		return nil, err
	}
	before := channel.Stats()
	arrived, proven, err := p.exchange(ctx, o)
	if err != nil {
		return nil, err
	}
	after := channel.Stats()
	bytes := float64(o.Messages * o.Bytes)
	r.add("goodput/2k_bytes_s", bytes/arrived.Seconds(), "B/s")
	r.add("goodput/modem_bytes_s", alone, "B/s")
	r.add("goodput/share", bytes/arrived.Seconds()/alone, "of 1")
	r.add("goodput/proven_bytes_s", bytes/proven.Seconds(), "B/s")
	for i, name := range []string{"sender", "addressee"} {
		r.add("goodput/"+name+"/on_air_s", (after.Stations[i].OnAir - before.Stations[i].OnAir).Seconds(), "s")
		r.add("goodput/"+name+"/transmissions", float64(after.Stations[i].Bursts-before.Stations[i].Bursts), "transmissions")
	}
	r.add("goodput/arrived_s", arrived.Seconds(), "s")
	r.add("goodput/late_s", after.Late.Seconds(), "s")
	return r, nil
}

// radioPair is two real nodes, each with a store on disk and one modem.
type radioPair struct {
	dir    string
	nodes  []*live.Node
	stores []*disk.Store
}

func (p *radioPair) start(channel *direwolf.Channel, mtu int) error {
	today := clock.WallOf(time.Now()).Day()
	op, err := sim.NewOperator(1, 2, today)
	if err != nil {
		return err
	}
	for i := range 2 {
		store, err := disk.Create(filepath.Join(p.dir, fmt.Sprint("store", i)), benchKey, disk.Options{})
		if err != nil {
			return err
		}
		p.stores = append(p.stores, store)
		vault, err := op.Vault(i, today)
		if err != nil {
			return err
		}
		link, err := kiss.Open(fmt.Sprintf("%s&mtu=%d", channel.URL(i), mtu), bridge.Options{})
		if err != nil {
			return err
		}
		node, err := live.Start(live.Config{Build: buildNode(op, i, vault), Store: store, Vault: vault, Links: []radio.Link{link}})
		if err != nil {
			return errors.Join(err, link.Close())
		}
		p.nodes = append(p.nodes, node)
	}
	return nil
}

func (p *radioPair) close() (err error) {
	for _, n := range p.nodes {
		err = errors.Join(err, n.Close())
	}
	for _, s := range p.stores {
		err = errors.Join(err, s.Close())
	}
	return err
}

// radioMeets bounds how long two nodes take to find each other on a slow radio,
// radioWaits how long one message takes.
const (
	radioMeets = 2 * time.Minute
	radioWaits = 2 * time.Minute
)

// meet waits until both nodes have heard each other, and have said what there is
// to be said to somebody new.
func (p *radioPair) meet(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, radioMeets)
	defer stop()
	return poll(ctx, "the nodes to hear each other", func() (bool, error) {
		for _, n := range p.nodes {
			s, err := n.Status(ctx)
			if err != nil || len(s.Neighbours) == 0 {
				return false, err
			}
		}
		return true, nil
	})
}

// exchange sends the texts, and returns how long it took until the last one had
// arrived, and until the sender had the proof.
func (p *radioPair) exchange(ctx context.Context, o GoodputOptions) (arrived, proven time.Duration, err error) {
	ctx, stop := context.WithTimeout(ctx, time.Duration(o.Messages)*radioWaits)
	defer stop()
	begun := time.Now()
	for i := range o.Messages {
		s := mesh.Submit{To: bundle.Destination{Node: ident.Number(2)}, Precedence: bundle.Routine, Text: filler(fmt.Sprint(i, " "), o.Bytes), By: "bench"}
		if _, err := p.nodes[0].Submit(ctx, s); err != nil {
			return 0, 0, err
		}
	}
	err = poll(ctx, "the messages to arrive", func() (bool, error) {
		return p.count(1, mesh.Received) == o.Messages, nil
	})
	if err != nil {
		return 0, 0, err
	}
	arrived = time.Since(begun)
	err = poll(ctx, "the proofs of delivery", func() (bool, error) {
		return p.count(0, mesh.Delivered) == o.Messages, nil
	})
	return arrived, time.Since(begun), err
}

func (p *radioPair) count(node int, state mesh.State) (n int) {
	for _, m := range p.nodes[node].Messages(0, MaxGoodput+1) {
		if m.State == state {
			n++
		}
	}
	return n
}
