package plan

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

const (
	version       = 1
	signatureSize = 64
	headSize      = 1 + 8 + 4 + 4 + 2 + 4 + 1
	maxChannel    = 1 + 4 + 3 + 3 + 1 + 3 + 1 + MaxName + 1 + MaxAssignment + 1 + MaxRemarks

	// MaxSize is the longest encoded plan in bytes.
	MaxSize = headSize + MaxChannels*maxChannel + signatureSize
)

// Encode returns the plan's bytes. It panics where Check fails.
func (p *Plan) Encode() []byte { return append(p.body(), p.Signature[:]...) }

// body is all but the signature.
func (p *Plan) body() []byte {
	if err := p.Check(); err != nil {
		panic("plan: encoding an impossible plan: " + err.Error())
	}
	b := append([]byte{version}, p.Operator[:]...)
	b = binary.BigEndian.AppendUint32(b, p.Edition)
	b = binary.BigEndian.AppendUint32(b, uint32(p.From/1000))
	b = binary.BigEndian.AppendUint16(b, uint16(p.Patience/time.Minute))
	b = binary.BigEndian.AppendUint32(b, uint32(p.Until/1000))
	b = append(b, byte(len(p.Channels)))
	for _, c := range p.Channels {
		b = c.append(b)
	}
	return b
}

func (c Channel) append(b []byte) []byte {
	b = append(b, byte(slices.Index(Regions(), c.Region)<<4)|byte(c.Modulation))
	b = binary.BigEndian.AppendUint32(b, uint32(c.Centre))
	b = append24(b, c.Bandwidth)
	if c.Modulation == LoRa {
		b = append(b, byte(c.Spreading<<4|c.Coding))
	} else {
		b = append24(b, int64(c.Rate))
	}
	b = append24(append(b, byte(int8(c.Power))), int64(c.Duty))
	for _, text := range []string{c.Name, c.Assignment, c.Remarks} {
		b = append(append(b, byte(len(text))), text...)
	}
	return b
}

func append24(b []byte, n int64) []byte { return append(b, byte(n>>16), byte(n>>8), byte(n)) }

// Decode reads a plan, which must fill raw exactly. It does not check the signature.
// Errors are of the classes ErrTruncated, ErrOversized, ErrVersion and
// ErrNotCanonical.
func Decode(raw []byte) (*Plan, error) {
	if len(raw) > MaxSize {
		return nil, fmt.Errorf("%w: %d, at most %d", ErrOversized, len(raw), MaxSize)
	}
	if len(raw) == 0 {
		return nil, fmt.Errorf("%w: none", ErrTruncated)
	}
	if raw[0] != version {
		return nil, fmt.Errorf("%w: %d", ErrVersion, raw[0])
	}
	if len(raw) < headSize+signatureSize {
		return nil, fmt.Errorf("%w: %d", ErrTruncated, len(raw))
	}
	p := &Plan{
		Operator: ident.OperatorID(raw[1:9]),
		Edition:  binary.BigEndian.Uint32(raw[9:]),
		From:     clock.Wall(binary.BigEndian.Uint32(raw[13:])) * 1000,
		Patience: time.Duration(binary.BigEndian.Uint16(raw[17:])) * time.Minute,
		Until:    clock.Wall(binary.BigEndian.Uint32(raw[19:])) * 1000,
	}
	count, r := int(raw[headSize-1]), reader{rest: raw[headSize : len(raw)-signatureSize]}
	if count > MaxChannels {
		return nil, fmt.Errorf("%w: %d channels, at most %d", ErrNotCanonical, count, MaxChannels)
	}
	for range count {
		c, err := r.channel()
		if err != nil {
			return nil, err
		}
		p.Channels = append(p.Channels, c)
	}
	if len(r.rest) > 0 {
		return nil, fmt.Errorf("%w: %d behind the channels", ErrOversized, len(r.rest))
	}
	p.Signature = [64]byte(raw[len(raw)-signatureSize:])
	if err := p.Check(); err != nil {
		return nil, err
	}
	return p, nil
}

// reader takes bytes from the front; short says that there were too few.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.short, r.rest = true, nil
		return make([]byte, n)
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}

func (r *reader) uint(n int) (v int64) {
	for _, b := range r.take(n) {
		v = v<<8 | int64(b)
	}
	return v
}

func (r *reader) text() string { return string(r.take(int(r.uint(1)))) }

func (r *reader) channel() (c Channel, err error) {
	first := r.uint(1)
	region := int(first >> 4)
	c.Modulation = Modulation(first & 15)
	if regions := Regions(); region >= len(regions) {
		return c, fmt.Errorf("%w: region number %d", ErrNotCanonical, region)
	} else {
		c.Region = regions[region]
	}
	c.Centre, c.Bandwidth = r.uint(4), r.uint(3)
	switch {
	case c.Modulation > AFSK: // what follows is not known
		return c, fmt.Errorf("%w: modulation number %d", ErrNotCanonical, c.Modulation)
	case c.Modulation == LoRa:
		setting := r.uint(1)
		c.Spreading, c.Coding = int(setting>>4), int(setting&15)
	default:
		c.Rate = int(r.uint(3))
	}
	c.Power, c.Duty = int(int8(r.uint(1))), int(r.uint(3))
	c.Name, c.Assignment, c.Remarks = r.text(), r.text(), r.text()
	if r.short {
		return c, fmt.Errorf("%w: within a channel", ErrTruncated)
	}
	return c, nil
}
