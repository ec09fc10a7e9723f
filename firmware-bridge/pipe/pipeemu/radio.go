// Package pipeemu is an emulated radio that is transparent: bytes in at one end come
// out at the others. It knows no frames: what is written in a short time goes out
// together, what is long goes out in packets, and while one is on the air the next
// gathers.
package pipeemu

import (
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Radio is an emulator.Device. The zero value is a data radio with packets of 240
// bytes.
type Radio struct {
	Packet int  // most bytes of a packet, 0: 240
	Echo   bool // what is written comes back at once, as from an RS-485 adapter
	Packets
	out []emulator.Output
}

// Step implements emulator.Device.
func (r *Radio) Step(now clock.Instant, in emulator.Input) []emulator.Output {
	r.out = r.out[:0]
	switch in := in.(type) {
	case emulator.PowerOn:
		r.Reset(r.Packet)
	case emulator.FromHost:
		if r.Echo {
			r.out = append(r.out, emulator.ToHost{Data: append([]byte(nil), in.Data...)})
		}
		r.out = r.Write(r.out, now, in.Data)
	case emulator.Alarm:
		r.out = r.Pause(r.out)
	case emulator.AirDone:
		r.out = r.Done(r.out)
	case emulator.FromAir:
		r.out = append(r.out, emulator.ToHost{Data: in.Data})
	}
	return r.out
}

// Packets makes packets of what a host writes. Each method appends what the device
// does to a list.
type Packets struct {
	most   int
	buffer []byte
	paused bool // the host has written nothing for a while
	flying bool
}

const (
	ordinary = 240                   // bytes of a packet
	room     = 1024                  // bytes that wait; what is above is lost
	pause    = 50 * time.Millisecond // after which what has come is sent; bytes come here in pieces
)

// Reset empties the device. A packet has at most so many bytes; 0 means 240.
func (p *Packets) Reset(most int) {
	if most == 0 {
		most = ordinary
	}
	*p = Packets{most: most}
}

// Write takes bytes from the host.
func (p *Packets) Write(out []emulator.Output, now clock.Instant, data []byte) []emulator.Output {
	p.buffer = append(p.buffer, data[:min(len(data), room-len(p.buffer))]...)
	p.paused = false
	return p.send(append(out, emulator.SetAlarm{At: now.Add(pause)}))
}

// Pause is the alarm that Write has set.
func (p *Packets) Pause(out []emulator.Output) []emulator.Output {
	p.paused = true
	return p.send(out)
}

// Done says that a packet is over.
func (p *Packets) Done(out []emulator.Output) []emulator.Output {
	p.flying = false
	return p.send(out)
}

func (p *Packets) send(out []emulator.Output) []emulator.Output {
	n := min(len(p.buffer), p.most)
	if p.flying || n == 0 || n < p.most && !p.paused {
		return out
	}
	packet := append([]byte(nil), p.buffer[:n]...)
	p.buffer, p.flying = p.buffer[n:], true
	return append(out, emulator.ToAir{Data: packet})
}
