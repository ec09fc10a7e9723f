package kiss

import (
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// HDLC adds two flags and a two-byte checksum to a frame on the air, and
// stuffs a zero bit after five ones: for sealed data, which look random, one
// bit in 62.
const (
	hdlcBytes  = 4
	stuffBits  = 62
	bitsOfByte = 8
	serialBits = 10 // start bit, eight data bits, stop bit
)

// drawMargin is by how much the time reckoned for draws exceeds their mean.
// With 1, a host that always has a frame to send finds 0.9 frames in the modem
// at each hand-over, and at times five; with 2 it is 0.2 and three, for a sixth
// of the throughput (TestLittleWaitsInTheModem, persist 63, frames of 20 to 250
// bytes). What waits in the modem can no longer be overtaken, so 2.
const drawMargin = 2

// pace makes the flights of frames to a KISS modem. Where the modem held a frame
// longer than reckoned it sends it with the next in one transmission, which costs
// one preamble and one row of draws less than reckoned for two; so what piled up
// melts away at the first free moment.
type pace struct {
	profile radio.Profile
	draws   time.Duration // time reckoned for draws
	tail    time.Duration
	serial  int // speed of the serial port in bit/s, 0: none
}

func newPace(p radio.Profile, u *bridge.URL) pace {
	// A draw wins with chance (P+1)/256, so 256/(P+1) are needed in the mean,
	// and each costs a slot.
	mean := u.Duration("slot") * 256 / time.Duration(u.Number("persist")+1)
	pc := pace{profile: p, draws: drawMargin * mean, tail: u.Duration("tail")}
	if u.Over == bridge.OverSerial {
		pc.serial = u.Number(bridge.Baud.Name)
	}
	return pc
}

// onAir is how long a frame of n bytes occupies the channel.
func (p pace) onAir(n int) time.Duration {
	n += hdlcBytes
	bits := n*bitsOfByte + n*bitsOfByte/stuffBits
	return p.profile.Overhead + time.Duration(int64(bits)*int64(time.Second)/int64(p.profile.BitsPerSecond))
}

// toModem is how long n bytes take on the serial line.
func (p pace) toModem(n int) time.Duration {
	if p.serial == 0 {
		return 0
	}
	return time.Duration(int64(n) * serialBits * int64(time.Second) / int64(p.serial))
}

// launch says that n bytes, which took wire bytes to say, were handed over.
func (p pace) launch(now clock.Instant, n, wire int) bridge.Flight {
	return bridge.Flight{Start: now.Add(p.toModem(wire)), Draws: p.draws, Length: p.onAir(n), Tail: p.tail}
}
