package keyring

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// MaxState is the length in bytes that no encoded state exceeds.
const MaxState = 128 << 10

const version = 1

// check reports what no state can be, or nil.
func (s *State) check() error {
	if err := s.Path.Check(); err != nil {
		return fmt.Errorf("%w: %v", ErrNotCanonical, err)
	}
	for _, d := range []time.Duration{s.Running, s.ReachedAt, s.DayErased, s.StepErased} {
		if d < 0 || d > s.Running || d%time.Millisecond != 0 {
			return fmt.Errorf("%w: at running time %v something happened at %v", ErrNotCanonical, s.Running, d)
		}
	}
	for g := range s.Groups { // order: which of two wrong groups is named does not matter
		if g == 0 || g > ident.MaxGroup {
			return fmt.Errorf("%w: group %d", ErrNotCanonical, g)
		}
	}
	if err := s.checkFormer(); err != nil {
		return err
	}
	if len(s.Epochs) == 0 || len(s.Epochs) > MaxEpochs {
		return fmt.Errorf("%w: %d epochs", ErrNotCanonical, len(s.Epochs))
	}
	next := s.Path.Serial
	for _, e := range s.Epochs {
		if e.Serial == 0 || e.Serial >= next || e.Base < e.First || e.Base < s.Window {
			return fmt.Errorf("%w: epoch %d from day %d, base %d, before %d, window %d", ErrNotCanonical, e.Serial, e.First, e.Base, next, s.Window)
		}
		next = e.Serial
	}
	if len(s.Skipped) > MaxSkipped {
		return fmt.Errorf("%w: %d skipped blocks", ErrNotCanonical, len(s.Skipped))
	}
	last := uint32(0)
	for _, k := range s.Skipped {
		if err := keyblock.Path(k.Opener).Check(); err != nil {
			return fmt.Errorf("%w: skipped block: %v", ErrNotCanonical, err)
		}
		if k.Serial <= last || k.Serial >= s.Path.Serial || k.Since < 0 || k.Since > s.Running || k.Since%time.Millisecond != 0 {
			return fmt.Errorf("%w: skipped block %d after %d, path is at %d", ErrNotCanonical, k.Serial, last, s.Path.Serial)
		}
		last = k.Serial
	}
	return nil
}

func (s *State) checkFormer() error {
	for g, edition := range s.Editions { // order: which of two wrong groups is named does not matter
		if _, held := s.Groups[g]; !held || edition == 0 {
			return fmt.Errorf("%w: edition %d of group %d", ErrNotCanonical, edition, g)
		}
	}
	for g, list := range s.Former { // order: as above
		if _, held := s.Groups[g]; !held || len(list) == 0 || len(list) > MaxFormer {
			return fmt.Errorf("%w: %d former secrets of group %d", ErrNotCanonical, len(list), g)
		}
		for _, f := range list {
			if f.Since < 0 || f.Since > s.Running || f.Since%time.Millisecond != 0 {
				return fmt.Errorf("%w: group %d renewed at %v, running time %v", ErrNotCanonical, g, f.Since, s.Running)
			}
		}
	}
	return nil
}

// size is the length of the encoding: one that grew would leave pieces of itself
// behind, with keys in them.
func (s *State) size() int {
	path := func(keys []seal.Secret) int { return 2 + 1 + 2 + 4 + 32*len(keys) }
	n := 1 + 32 + path(s.Path.Keys) + 2 + 8 + 2 + 8 + 8 + 8 + 1 + (1+32+4+1)*len(s.Groups) + 1 + 72*len(s.Epochs) + 1
	for _, list := range s.Former { // order: a sum
		n += (32 + 8) * len(list)
	}
	for _, k := range s.Skipped {
		n += path(k.Keys) + 8 + 2
	}
	return n
}

// Encode returns the state as the package comment lays it out. It is secret: clear
// it once it is kept. It panics for a state that neither New nor Decode makes.
func (s *State) Encode() []byte {
	if err := s.check(); err != nil {
		panic("keyring: " + err.Error())
	}
	b := append(make([]byte, 0, s.size()), version)
	b = append(b, s.Bootstrap[:]...)
	b = s.Path.Append(b)
	b = appendDay(b, s.Window)
	b = appendTime(b, s.Running)
	b = appendTime(appendDay(b, s.Reached), s.ReachedAt)
	b = appendTime(appendTime(b, s.DayErased), s.StepErased)
	groups := make([]ident.GroupID, 0, len(s.Groups))
	for g := range s.Groups { // order: sorted below
		groups = append(groups, g)
	}
	slices.Sort(groups)
	b = append(b, byte(len(groups)))
	for _, g := range groups {
		secret := s.Groups[g]
		b = append(append(b, byte(g)), secret[:]...)
		b = binary.BigEndian.AppendUint32(b, s.Editions[g])
		b = append(b, byte(len(s.Former[g])))
		for _, f := range s.Former[g] {
			b = appendTime(append(b, f.Secret[:]...), f.Since)
		}
	}
	b = append(b, byte(len(s.Epochs)))
	for _, e := range s.Epochs {
		b = binary.BigEndian.AppendUint32(b, e.Serial)
		b = appendDay(appendDay(b, e.First), e.Base)
		b = append(append(b, e.Key[:]...), e.Digest[:]...)
	}
	b = append(b, byte(len(s.Skipped)))
	for _, k := range s.Skipped {
		b = keyblock.Path(k.Opener).Append(b)
		b = appendDay(appendTime(b, k.Since), k.Day)
	}
	return b
}

func appendDay(b []byte, d clock.Day) []byte { return binary.BigEndian.AppendUint16(b, uint16(d)) }

func appendTime(b []byte, d time.Duration) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(d/time.Millisecond))
}

// Decode reads a state, which must fill raw exactly. Errors are of the classes
// ErrTruncated, ErrOversized, ErrVersion and ErrNotCanonical.
func Decode(raw []byte) (*State, error) {
	if len(raw) > MaxState {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrOversized, len(raw), MaxState)
	}
	c := &cursor{rest: raw}
	if v := c.u8(); c.err == nil && v != version {
		return nil, fmt.Errorf("%w: %d", ErrVersion, v)
	}
	s := &State{Bootstrap: c.secret(), Path: c.path(), Window: c.day(), Running: c.time()}
	s.Reached, s.ReachedAt = c.day(), c.time()
	s.DayErased, s.StepErased = c.time(), c.time()
	s.Groups = make(map[ident.GroupID]seal.Secret)
	s.Editions, s.Former = make(map[ident.GroupID]uint32), make(map[ident.GroupID][]Former)
	last := ident.GroupID(0)
	for range c.u8() {
		g := ident.GroupID(c.u8())
		if c.err == nil && g <= last {
			c.err = fmt.Errorf("%w: group %d after %d", ErrNotCanonical, g, last)
		}
		s.Groups[g], last = c.secret(), g
		if edition := c.u32(); edition != 0 {
			s.Editions[g] = edition
		}
		for range c.u8() {
			s.Former[g] = append(s.Former[g], Former{Secret: c.secret(), Since: c.time()})
		}
	}
	for range c.u8() {
		e := Epoch{Epoch: seal.Epoch{Serial: c.u32(), First: c.day(), Base: c.day(), Key: c.secret()}, Digest: c.secret()}
		s.Epochs = append(s.Epochs, e)
	}
	for range c.u8() {
		s.Skipped = append(s.Skipped, Skipped{Opener: keyblock.Opener(c.path()), Since: c.time(), Day: c.day()})
	}
	if c.err != nil {
		return nil, c.err
	}
	if len(c.rest) > 0 {
		return nil, fmt.Errorf("%w: %d bytes too many", ErrOversized, len(c.rest))
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, nil
}

// cursor reads an encoding; after the first error it returns zeros.
type cursor struct {
	rest []byte
	err  error
}

func (c *cursor) take(n int) []byte {
	if c.err == nil && len(c.rest) < n {
		c.err = fmt.Errorf("%w: %d bytes missing", ErrTruncated, n-len(c.rest))
	}
	if c.err != nil {
		return make([]byte, n)
	}
	b := c.rest[:n]
	c.rest = c.rest[n:]
	return b
}

func (c *cursor) u8() uint8           { return c.take(1)[0] }
func (c *cursor) u32() uint32         { return binary.BigEndian.Uint32(c.take(4)) }
func (c *cursor) day() clock.Day      { return clock.Day(binary.BigEndian.Uint16(c.take(2))) }
func (c *cursor) secret() seal.Secret { return seal.Secret(c.take(32)) }

func (c *cursor) time() time.Duration {
	const limit = uint64(1<<63-1) / uint64(time.Millisecond)
	ms := binary.BigEndian.Uint64(c.take(8))
	if c.err == nil && ms > limit {
		c.err = fmt.Errorf("%w: running time of %d ms", ErrNotCanonical, ms)
	}
	return time.Duration(min(ms, limit)) * time.Millisecond
}

func (c *cursor) path() keyblock.Path {
	if c.err != nil {
		return keyblock.Path{}
	}
	p, rest, err := keyblock.DecodePath(c.rest)
	if err != nil {
		class := ErrNotCanonical
		if errors.Is(err, keyblock.ErrTruncated) {
			class = ErrTruncated
		}
		c.err = fmt.Errorf("%w: %v", class, err)
	}
	c.rest = rest
	return p
}
