package radios

import (
	"context"
	"errors"
	"fmt"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Found is a radio that answered.
type Found struct {
	URL           string            `json:"url"`
	About         string            `json:"about,omitempty"` // model and firmware, "" where it does not tell
	MTU           int               `json:"mtu"`
	BitsPerSecond int               `json:"bits_per_second"`
	Seconds       float64           `json:"airtime_60_bytes_s"`
	Counters      map[string]uint64 `json:"counters,omitempty"` // those that are not 0
}

// opened is a link and what was made of it.
type opened struct {
	*bridge.Link
	events chan radio.Event // closed when the link is
	done   chan struct{}
}

// Close closes the link; nobody takes its events any more.
func (o *opened) Close() error {
	close(o.done)
	return o.Link.Close()
}

// open opens a link and waits until its device works, as long as ctx lives. The
// error of a device that does not is why.
func open(ctx context.Context, f bridge.Family, url string) (*opened, error) {
	l, err := f.Open(url, bridge.Options{})
	if err != nil {
		return nil, err
	}
	o := &opened{Link: l, events: make(chan radio.Event), done: make(chan struct{})}
	go func() {
		defer close(o.events)
		for {
			e, err := l.Receive()
			if err != nil {
				return
			}
			select {
			case o.events <- e:
			case <-o.done:
				return
			}
		}
	}()
	var why error
	limit := time.NewTimer(probeFor)
	defer limit.Stop()
	for {
		select {
		case e, ok := <-o.events:
			if !ok {
				return nil, radio.ErrClosed
			}
			switch e := e.(type) {
			case radio.Up:
				return o, nil
			case radio.Down:
				why = e.Err
				limit.Reset(second)
			}
		case <-limit.C:
			if why == nil {
				why = fmt.Errorf("nobody answers within %v", probeFor)
			}
			return nil, errors.Join(why, o.Close())
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), o.Close())
		}
	}
}

// probeFor is how long a radio may take to be found and set up, and second how long
// it is tried again after it failed: some start only when their port is opened. The
// driver that knocks longest gives up after 16 seconds, and says better than we do who
// was looked for.
const (
	probeFor = 20 * time.Second
	second   = 2 * time.Second
)

// Probe finds out who answers at a URL.
func Probe(ctx context.Context, f bridge.Family, url string) (Found, error) {
	o, err := open(ctx, f, url)
	if err != nil {
		return Found{}, fmt.Errorf("%s: %w", url, err)
	}
	p := o.Profile()
	found := Found{URL: url, About: o.About(), MTU: p.MTU, BitsPerSecond: p.BitsPerSecond, Seconds: p.Airtime(60).Seconds()}
	err = o.Close()
	found.Counters = map[string]uint64{}
	for _, c := range o.Counters() {
		if c.Count > 0 {
			found.Counters[c.Name] = c.Count
		}
	}
	return found, err
}
