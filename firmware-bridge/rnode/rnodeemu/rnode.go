// Package rnodeemu is an emulated RNode as firmware 1.86 behaves at its serial
// port: it answers questions, gives back every setting as its chip takes it,
// queues packets without a word when its queue overflows, says whether there is
// room only when asked, and sends a packet above 254 bytes as two transmissions.
package rnodeemu

import (
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// The firmware's own limits.
const (
	boot       = 700 * time.Millisecond
	longest    = 508  // bytes of a packet
	part       = 254  // bytes of a packet in one transmission
	queueBytes = 6144 // what waits, in bytes
	queueMost  = 200  // and in packets
)

// RNode is an emulator.Device. The zero value is a board of the second
// generation with firmware 1.86.
type RNode struct {
	Major, Minor byte // firmware; 0.0: 1.86
	MaxPower     byte // dBm, to which the chip clamps; 0: 22
	Locked       bool // its settings were never provisioned: it does not switch on
	StuckFull    bool // its queue has no room

	up      bool
	in      emulator.Unframer
	known   map[byte]bool // settings that were told
	channel [3]string     // frequency, bandwidth and spreading factor as they were told
	on      bool
	seq     byte
	queue   []int // bytes of what waits, the first on its way
	parts   []int // transmissions left of each
	first   []byte
	firstID byte
	out     []emulator.Output
}

// Step implements emulator.Device.
func (r *RNode) Step(now clock.Instant, in emulator.Input) []emulator.Output {
	r.out = r.out[:0]
	switch in := in.(type) {
	case emulator.PowerOn:
		r.up, r.on, r.known, r.queue, r.parts, r.first = false, false, map[byte]bool{}, nil, nil, nil
		r.in = emulator.Unframer{Most: 1 + longest}
		r.out = append(r.out, emulator.SetAlarm{At: now.Add(boot)})
	case emulator.Alarm:
		r.up = true
		r.tell(0x55, 0xF8)
	case emulator.FromHost:
		for _, b := range in.Data {
			if content, ok := r.in.Push(b); ok && r.up {
				r.command(content[0], content[1:])
			}
		}
	case emulator.FromAir:
		r.received(in)
	case emulator.AirDone:
		if len(r.queue) > 0 {
			if r.parts[0]--; r.parts[0] == 0 {
				r.queue, r.parts = r.queue[1:], r.parts[1:]
			}
		}
	}
	return r.out
}

// Channel implements emulator.Tuned.
func (r *RNode) Channel() string { return strings.Join(r.channel[:], "/") }

// tell answers with bytes that the firmware does not escape.
func (r *RNode) tell(command byte, raw ...byte) {
	frame := append([]byte{0xC0, command}, raw...)
	r.out = append(r.out, emulator.ToHost{Data: append(frame, 0xC0)})
}

// frame answers with bytes that it escapes.
func (r *RNode) frame(command byte, payload []byte) {
	r.out = append(r.out, emulator.ToHost{Data: emulator.Framed(append([]byte{command}, payload...))})
}

func (r *RNode) command(command byte, p []byte) {
	switch command {
	case 0x00:
		r.transmit(p)
	case 0x01, 0x02, 0x0B, 0x0C:
		if len(p) > 0 {
			r.known[command] = true
			if command <= 0x02 {
				r.channel[command-1] = string(p)
			}
			r.frame(command, p)
		}
	case 0x03, 0x04, 0x05, 0x06, 0x08, 0x0F, 0x48, 0x49:
		if len(p) == 1 {
			r.tell(command, r.small(command, p[0]))
		}
	case 0x50:
		major, minor := r.Major, r.Minor
		if major == 0 && minor == 0 {
			major, minor = 1, 86
		}
		r.frame(0x50, []byte{major, minor})
	case 0x0A:
		r.on = false
	}
}

// small is the answer to a command with one byte.
func (r *RNode) small(command, value byte) byte {
	switch command {
	case 0x03:
		r.known[command] = true
		most := r.MaxPower
		if most == 0 {
			most = 22
		}
		return min(value, most)
	case 0x04, 0x05:
		r.known[command] = true
		if command == 0x04 {
			r.channel[2] = string([]byte{value})
		}
	case 0x06:
		r.on = value == 1 && !r.Locked && len(r.known) >= 5
		if !r.on {
			return 0
		}
	case 0x08:
		return 0x46
	case 0x0F:
		if r.StuckFull || len(r.queue) >= queueMost || r.bytes() > queueBytes-longest {
			return 0
		}
		return 1
	case 0x48:
		return 0x80
	case 0x49:
		return 0x81
	}
	return value
}

func (r *RNode) bytes() int {
	n := 0
	for _, q := range r.queue {
		n += q
	}
	return n
}

func (r *RNode) transmit(p []byte) {
	if !r.on || len(p) == 0 || len(r.queue) >= queueMost || r.bytes()+len(p) > queueBytes {
		return
	}
	r.seq += 0x10
	header, list := r.seq, [][]byte{p}
	if len(p) > part {
		header |= 1
		list = [][]byte{p[:part], p[part:]}
	}
	r.queue, r.parts = append(r.queue, len(p)), append(r.parts, len(list))
	for _, data := range list {
		r.out = append(r.out, emulator.ToAir{Data: append([]byte{header}, data...)})
	}
}

func (r *RNode) received(in emulator.FromAir) {
	if !r.on || len(in.Data) == 0 {
		return
	}
	header, data := in.Data[0], in.Data[1:]
	if header&1 == 1 {
		if r.first == nil || r.firstID != header {
			r.first, r.firstID = append([]byte{}, data...), header
			return
		}
		data = append(r.first, data...)
	}
	r.first = nil
	r.tell(0x23, byte(in.Signal.RSSI+157))
	r.tell(0x24, byte(int8(in.Signal.SNR*4)))
	r.frame(0x00, data)
}
