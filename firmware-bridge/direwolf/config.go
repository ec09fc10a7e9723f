package direwolf

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Bounds and defaults of a Config.
const (
	MaxStations    = 8
	DefaultBaud    = 1200
	DefaultTXDelay = 100 * time.Millisecond
	DefaultTXTail  = 30 * time.Millisecond
	DefaultGain    = 0.2 // above 0.5 Dire Wolf finds its input too loud
	DefaultProgram = "direwolf"

	unit     = 10 * time.Millisecond // of all times in Dire Wolf's settings
	maxUnits = 255
)

// ErrConfig is wrapped by the errors of a wrong Config.
var ErrConfig = errors.New("dire wolf configuration")

// defaultPersist and defaultSlots keep the stations' draws apart.
var (
	defaultPersist = [MaxStations]int{63, 80, 104, 55, 90, 70, 120, 48}
	defaultSlots   = [MaxStations]time.Duration{10 * unit, 11 * unit, 9 * unit, 12 * unit, 8 * unit, 13 * unit, 7 * unit, 14 * unit}
)

// Config says what to start. Dir and Stations are required.
type Config struct {
	Dir      string          // for configuration, FIFOs and logs; made if absent
	Stations int             // 1..MaxStations
	Baud     int             // 1200 (AFSK), 2400 (QPSK) or 9600 (G3RUH); 0: DefaultBaud
	TXDelay  time.Duration   // from key-up to data, steps of 10 ms; 0: DefaultTXDelay
	TXTail   time.Duration   // from data to key-down, steps of 10 ms; 0: DefaultTXTail
	Persist  []int           // per station, chance (persist+1)/256 in a free slot; nil: all different
	Slot     []time.Duration // per station, steps of 10 ms; nil: all different, 70..140 ms
	FX25     bool            // forward error correction, which costs about half as much again on the air
	Gain     float64         // of every way between two stations; 0: DefaultGain
	Noise    float64         // standard deviation at every receiver, 16-bit sample units
	Seed     uint64          // of the noise
	Program  string          // "": DefaultProgram, found by PATH
}

// filled returns the configuration with its defaults, or what is wrong.
func (c Config) filled() (Config, error) {
	if c.Stations < 1 || c.Stations > MaxStations {
		return c, fmt.Errorf("%w: %d stations, want 1..%d", ErrConfig, c.Stations, MaxStations)
	}
	if c.Dir == "" || strings.ContainsAny(c.Dir, "\"\\\n\r") {
		return c, fmt.Errorf("%w: folder %q, want a path without quotes and line ends", ErrConfig, c.Dir)
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return c, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	c.Dir = dir
	set(&c.Baud, DefaultBaud)
	set(&c.TXDelay, DefaultTXDelay)
	set(&c.TXTail, DefaultTXTail)
	set(&c.Gain, DefaultGain)
	set(&c.Program, DefaultProgram)
	if c.Persist == nil {
		c.Persist = defaultPersist[:c.Stations]
	}
	if c.Slot == nil {
		c.Slot = defaultSlots[:c.Stations]
	}
	return c, c.check()
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (c Config) check() error {
	if !slices.Contains([]int{1200, 2400, 9600}, c.Baud) {
		return fmt.Errorf("%w: %d baud, want 1200, 2400 or 9600", ErrConfig, c.Baud)
	}
	if len(c.Persist) != c.Stations || len(c.Slot) != c.Stations {
		return fmt.Errorf("%w: %d persistences and %d slot times for %d stations", ErrConfig, len(c.Persist), len(c.Slot), c.Stations)
	}
	for _, p := range c.Persist {
		if p < 0 || p > 255 {
			return fmt.Errorf("%w: persistence %d, want 0..255", ErrConfig, p)
		}
	}
	for _, d := range append([]time.Duration{c.TXDelay, c.TXTail}, c.Slot...) {
		if d < unit || d > maxUnits*unit || d%unit != 0 {
			return fmt.Errorf("%w: time of %v, want %v..%v in steps of %v", ErrConfig, d, unit, maxUnits*unit, unit)
		}
	}
	if !(c.Gain >= 0 && c.Gain <= 1) || !(c.Noise >= 0 && c.Noise <= maxSample) {
		return fmt.Errorf("%w: gain %v and noise %v, want 0..1 and 0..%d", ErrConfig, c.Gain, c.Noise, maxSample)
	}
	return nil
}
