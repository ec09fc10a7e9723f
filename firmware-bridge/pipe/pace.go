package pipe

import (
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Air is what goes on between two radios.
type Air struct {
	BitsPerSecond int
	Packet        int           // most bytes of one packet, 0: no packets
	PerPacket     time.Duration // key-up, preamble and what else each packet costs
}

// Packets is how many packets carry n bytes of data.
func (a Air) Packets(n int) int {
	if a.Packet == 0 {
		return 1
	}
	return (OnWire(n) + a.Packet - 1) / a.Packet
}

// OnAir is how long a frame of n bytes of data occupies the channel, without pauses
// between its packets.
func (a Air) OnAir(n int) time.Duration {
	return time.Duration(a.Packets(n))*a.PerPacket + bitTime(8*OnWire(n), a.BitsPerSecond)
}

// Fits is the longest frame that one packet carries.
func (a Air) Fits() int {
	n := max(a.Packet-Overhead, 1)
	for n > 1 && OnWire(n) > a.Packet {
		n--
	}
	return n
}

// Profile is what a pipe's link can do: for one that cuts frames, each part counts as
// a frame of its own, which is never less than the truth.
func (a Air) Profile(name string, mtu int) radio.Profile {
	p := radio.Profile{Name: name, MTU: mtu, BitsPerSecond: a.BitsPerSecond, Overhead: a.PerPacket, Air: radio.Air{Added: OnWire(mtu) - mtu}}
	if a.Packet > 0 {
		p.Air.Longest = a.Fits()
	}
	return p
}

// MTU is the longest frame of a link, unless its URL gives one: what one packet
// carries, but not less than a link has to carry.
func (a Air) MTU() int { return min(max(a.Fits(), radio.MinMTU), MaxData) }

// gap is the longest silence within a frame that is coming in: the radio hands out a
// packet when it is whole.
func (a Air) gap() time.Duration {
	const system = 50 * time.Millisecond // what ports and computers add
	return system + a.PerPacket + bitTime(8*max(a.Packet, 1), a.BitsPerSecond)
}

func bitTime(bits, rate int) time.Duration {
	return time.Duration((int64(bits)*int64(time.Second) + int64(rate) - 1) / int64(rate))
}

const (
	serialBits = 10              // start bit, eight data bits, stop bit
	slots      = 8               // to draw from after another's frame
	longWait   = 5 * time.Second // after which noise no longer keeps a frame waiting
)

// launch is the flight of a frame that the port has taken just now.
func (c *Config) launch(now clock.Instant, n int) bridge.Flight {
	start := now
	if c.Serial > 0 {
		start = now.Add(bitTime(serialBits*OnWire(n), c.Serial))
	}
	return bridge.Flight{Start: start, Draws: c.Draws, Length: c.Air.OnAir(n)}
}
