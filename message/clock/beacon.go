package clock

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// BeaconVersion is the version of a Beacon's encoding.
const BeaconVersion = 1

// BeaconSize is the length of a Beacon's encoding in bytes:
//
//	version 1 | milliseconds since 1970 UTC 6 | error in units of 10 ms 2 | source 1
const BeaconSize = 10

const (
	beaconUnit = 10 * time.Millisecond
	// MaxBeaconError is the largest error that a beacon can state, 655.35 s.
	MaxBeaconError = (1<<16 - 1) * beaconUnit
)

// Beacon is the time as a fixed station tells it, in a bundle that carries the
// station's signature. The encoding is specified in docs/spec/time.md.
type Beacon struct {
	Time   Wall          // at the station, when it made the beacon
	Error  time.Duration // the true time was within Time ± Error; 10 ms to MaxBeaconError, in steps of 10 ms
	Source Source        // where the station has it from: System, GPS or Operator
}

// Errors of Decode and NewBeacon.
var (
	ErrTruncated    = errors.New("time beacon is truncated")
	ErrOversized    = errors.New("time beacon is too long")
	ErrVersion      = errors.New("time beacon of another version")
	ErrNotCanonical = errors.New("time beacon is not canonical")
	ErrNoTime       = errors.New("time that is not good enough for a beacon")
)

// NewBeacon returns the beacon of a station with this reading. The error is
// ErrNoTime if the station does not know the time itself, or has it from another
// station: a time that is handed round in a circle would vouch for itself.
func NewBeacon(r Reading) (Beacon, error) {
	b := Beacon{Time: r.Wall, Error: max((r.Bound+beaconUnit-1)/beaconUnit, 1) * beaconUnit, Source: r.Source}
	if r.Quality == Unknown {
		return Beacon{}, fmt.Errorf("%w: it is not known", ErrNoTime)
	}
	if err := b.check(); err != nil {
		return Beacon{}, fmt.Errorf("%w: %w", ErrNoTime, err)
	}
	return b, nil
}

func (b Beacon) check() error {
	switch {
	case b.Time < 0 || b.Time > lastWall:
		return fmt.Errorf("%w: %d ms since 1970", ErrNotCanonical, b.Time)
	case b.Error < beaconUnit || b.Error > MaxBeaconError || b.Error%beaconUnit != 0:
		return fmt.Errorf("%w: error of %v, want 10ms to %v", ErrNotCanonical, b.Error, MaxBeaconError)
	case b.Source != System && b.Source != GPS && b.Source != Operator:
		return fmt.Errorf("%w: from source %v", ErrNotCanonical, b.Source)
	}
	return nil
}

// Encode returns the encoding. It panics if a field is out of its range.
func (b Beacon) Encode() []byte {
	if err := b.check(); err != nil {
		panic(err)
	}
	out := make([]byte, 0, BeaconSize)
	out = append(out, BeaconVersion, byte(b.Time>>40), byte(b.Time>>32))
	out = binary.BigEndian.AppendUint32(out, uint32(b.Time))
	out = binary.BigEndian.AppendUint16(out, uint16(b.Error/beaconUnit))
	return append(out, byte(b.Source))
}

// DecodeBeacon reads an encoding. Errors are ErrTruncated, ErrOversized, ErrVersion
// and ErrNotCanonical.
func DecodeBeacon(data []byte) (Beacon, error) {
	switch {
	case len(data) == 0:
		return Beacon{}, ErrTruncated
	case data[0] != BeaconVersion:
		return Beacon{}, fmt.Errorf("%w: %d", ErrVersion, data[0])
	case len(data) < BeaconSize:
		return Beacon{}, fmt.Errorf("%w: %d bytes, want %d", ErrTruncated, len(data), BeaconSize)
	case len(data) > BeaconSize:
		return Beacon{}, fmt.Errorf("%w: %d bytes, want %d", ErrOversized, len(data), BeaconSize)
	}
	b := Beacon{
		Time:   Wall(data[1])<<40 | Wall(data[2])<<32 | Wall(binary.BigEndian.Uint32(data[3:])),
		Error:  time.Duration(binary.BigEndian.Uint16(data[7:])) * beaconUnit,
		Source: Source(data[9]),
	}
	return b, b.check()
}

// Fix returns what a beacon says about the moment at which it is taken, if it is
// between youngest and oldest old. A negative oldest means that nobody can
// tell: bundles wait at relays. It then bounds the time from below only, which
// is enough to expire and erase by. The caller has checked the signature, and
// that the certificate is of a fixed station.
func (b Beacon) Fix(youngest, oldest time.Duration) Fix {
	f := Fix{Source: Station, From: max(0, b.Time-millis(b.Error)+Wall(max(0, youngest).Milliseconds()))}
	if oldest >= 0 {
		f.To = b.Time + millis(b.Error) + millis(max(oldest, youngest))
	}
	return f
}
