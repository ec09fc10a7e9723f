package direwolf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
)

// startTries bounds how often Start draws ports anew, when another program
// takes one in the moment between drawing and use.
const startTries = 5

// Channel is a set of running modems that hear each other.
type Channel struct {
	config  Config
	program string
	places  []place
	air     *air

	mu     sync.Mutex
	modems []*process // nil: killed
	closed bool
}

// Start starts the modems and the channel, and returns when clients can connect
// to all of them; ctx bounds the start alone. Close ends them. They also end
// with this process, however it ends.
func Start(ctx context.Context, config Config) (*Channel, error) {
	if err := supported(); err != nil {
		return nil, err
	}
	config, err := config.filled()
	if err != nil {
		return nil, err
	}
	program, err := exec.LookPath(config.Program)
	if err != nil {
		return nil, fmt.Errorf("dire wolf is not installed (on Debian: apt install direwolf): %w", err)
	}
	if err := os.MkdirAll(config.Dir, 0o700); err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		c := &Channel{config: config, program: program, modems: make([]*process, config.Stations)}
		err := c.start(ctx)
		if err == nil {
			return c, nil
		}
		err = joinClose(err, c.Close)
		if try == startTries || ctx.Err() != nil || !errors.Is(err, errPortTaken) {
			return nil, err
		}
	}
}

// joinClose adds the error of an orderly retreat to the error that caused it.
func joinClose(err error, closing func() error) error { return errors.Join(err, closing()) }

func (c *Channel) start(ctx context.Context) error {
	taken := map[int]bool{}
	for i := range c.config.Stations {
		p := place{dir: c.config.Dir, name: string(rune('a' + i))}
		var err error
		if p.kiss, err = freePort(true, taken); err != nil {
			return err
		}
		if p.feed, err = freePort(false, taken); err != nil {
			return err
		}
		if err := errors.Join(os.WriteFile(p.file("asound"), []byte(p.alsa()), 0o600),
			os.WriteFile(p.file("conf"), []byte(p.modem(c.config, i)), 0o600)); err != nil {
			return err
		}
		c.places = append(c.places, p)
	}
	m := newMixer(c.config.Stations, c.config.Gain, c.config.Noise, c.config.Seed)
	a, err := newAir(c.places, m)
	if err != nil {
		return err
	}
	c.air = a
	for i := range c.places {
		if err := c.Restart(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// KISS returns the address, host:port, at which a station's modem takes KISS
// clients, at most three at a time. It stays when the modem is restarted.
func (c *Channel) KISS(station int) string {
	return fmt.Sprintf("127.0.0.1:%d", c.places[station].kiss)
}

// URL returns the URL of a link to a station's modem, with the modem's
// parameters, for kiss.Open.
func (c *Channel) URL(station int) string { return c.places[station].url(c.config, station) }

// SetGain sets how loud one station hears another; 0 cuts the way. It is for
// one direction.
func (c *Channel) SetGain(from, to int, gain float64) {
	c.air.mu.Lock()
	defer c.air.mu.Unlock()
	c.air.mixer.gain[from][to] = gain
}

// Gain returns the gain that all ways began with.
func (c *Channel) Gain() float64 { return c.config.Gain }

// Stats returns what happened so far.
func (c *Channel) Stats() Stats {
	c.air.mu.Lock()
	defer c.air.mu.Unlock()
	s := c.air.stats
	s.Stations = append([]StationStats(nil), s.Stations...)
	return s
}

// Kill ends a station's modem at once, as a power cut would; its carrier drops.
func (c *Channel) Kill(station int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kill(station)
}

func (c *Channel) kill(station int) error {
	p := c.modems[station]
	if p == nil {
		return nil
	}
	c.modems[station] = nil
	err := p.kill()
	c.air.voices[station].drop()
	return err
}

// Restart starts a station's modem, at the address it had, after Kill.
func (c *Channel) Restart(ctx context.Context, station int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.modems[station] != nil {
		return fmt.Errorf("modem %d cannot be restarted: closed %t, running %t", station, c.closed, c.modems[station] != nil)
	}
	p, err := launch(ctx, c.program, c.config.options(), c.places[station])
	if err == nil {
		c.modems[station] = p
	}
	return err
}

// Close ends the modems and the channel, and waits until they have ended. The
// logs stay.
func (c *Channel) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	var errs []error
	for i := range c.modems {
		errs = append(errs, c.kill(i))
	}
	if c.air != nil {
		errs = append(errs, c.air.close())
	}
	for _, p := range c.places {
		if err := os.Remove(p.file("pcm")); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
