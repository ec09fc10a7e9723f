// Package ebyteemu is an emulated Ebyte module, an E22 or an E32, as its manual
// describes it: registers that survive without power, read and written in configuration
// mode, which a switch or, on newer E22, a command leads to; and transparent mode, in
// which bytes gather into packets and, if a register says so, a byte with the signal
// comes behind each. Modules hear each other only on the same channel, at the same rate
// and with the same network number.
package ebyteemu

import (
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/pipe/pipeemu"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

const pause = 50 * time.Millisecond // after which half a command is none

// Module is an emulator.Device. The zero value is a new E22-900 that allows the
// command for its modes.
type Module struct {
	E32        bool
	Switched   bool // its switch is in configuration mode
	NoCommand  bool // an E22 before the command for its modes
	Weak       bool // its register for power keeps 1
	Refuses    bool // every write is wrong
	StaysThere bool // it does not leave configuration mode by command
	Registers  []byte

	commanded bool   // in configuration mode by command
	quiet     bool   // the host has written nothing for a while
	pending   []byte // of a command
	packets   pipeemu.Packets
	out       []emulator.Output
}

// Step implements emulator.Device.
func (m *Module) Step(now clock.Instant, in emulator.Input) []emulator.Output {
	m.out = m.out[:0]
	switch in := in.(type) {
	case emulator.PowerOn:
		m.start()
	case emulator.FromHost:
		for _, b := range in.Data {
			m.take(now, b)
		}
		m.quiet = false
		m.out = append(m.out, emulator.SetAlarm{At: now.Add(pause)})
	case emulator.Alarm:
		m.paused(now)
	case emulator.AirDone:
		m.out = m.packets.Done(m.out)
	case emulator.FromAir:
		m.received(in)
	}
	for i, o := range m.out {
		if p, ok := o.(emulator.ToAir); ok {
			own := m.tuning()
			m.out[i] = emulator.ToAir{Data: append(own[:], p.Data...)}
		}
	}
	return m.out
}

func (m *Module) start() {
	switch {
	case m.Registers != nil:
	case m.E32:
		m.Registers = []byte{0, 0, 0x1A, 0x17, 0x44}
	case m.NoCommand:
		m.Registers = []byte{0, 0, 0, 0x62, 0x00, 0x12, 0x03}
	default:
		m.Registers = []byte{0, 0, 0, 0x62, 0x10, 0x12, 0x03}
	}
	m.commanded, m.quiet, m.pending = false, true, nil
	m.restart()
}

// restart lets the packets be as the registers say.
func (m *Module) restart() {
	most := 58
	if !m.E32 {
		most = []int{240, 128, 64, 32}[m.Registers[4]>>6]
	}
	m.packets.Reset(most)
}

func (m *Module) configuring() bool { return m.Switched || m.commanded }

func (m *Module) say(b ...byte) { m.out = append(m.out, emulator.ToHost{Data: b}) }

// take handles a byte from the host.
func (m *Module) take(now clock.Instant, b byte) {
	switch {
	case m.configuring():
		m.pending = append(m.pending, b)
		m.command()
	case m.quiet && m.allows() || len(m.pending) > 0:
		m.pending, m.quiet = append(m.pending, b), false
		m.changing(now)
	default:
		m.out = m.packets.Write(m.out, now, []byte{b})
	}
}

// allows reports whether the mode may be changed by a command.
func (m *Module) allows() bool { return !m.E32 && !m.NoCommand && m.Registers[4]&0x10 != 0 }

// changing looks whether what the host begins with changes the mode. Else it is data.
func (m *Module) changing(now clock.Instant) {
	const begins = "\xC0\xC1\xC2\xC3\x02"
	n := min(len(m.pending), len(begins))
	switch {
	case string(m.pending[:n]) != begins[:n]:
		data := m.pending
		m.pending = nil
		m.out = m.packets.Write(m.out, now, data)
	case len(m.pending) > len(begins):
		m.mode(m.pending[len(begins)])
	}
}

func (m *Module) mode(mode byte) {
	m.pending = nil
	if mode != 2 && m.StaysThere {
		return
	}
	m.commanded = mode == 2
	m.restart()
	m.say(0xC1, 0xC2, 0xC3, 0x02, mode)
}

// paused: the host has written nothing for a while.
func (m *Module) paused(now clock.Instant) {
	m.quiet = true
	half := m.pending
	m.pending = nil
	switch {
	case len(half) > 0 && m.configuring():
		m.wrong()
	case len(half) > 0:
		m.out = append(m.packets.Write(m.out, now, half), emulator.SetAlarm{At: now.Add(pause)})
	default:
		m.out = m.packets.Pause(m.out)
	}
}

func (m *Module) wrong() {
	m.pending = nil
	if !m.E32 {
		m.say(0xFF, 0xFF, 0xFF)
	}
}

// command handles what has come in configuration mode, once it is whole.
func (m *Module) command() {
	p := m.pending
	switch {
	case m.E32:
		m.command32()
	case p[0] == 0xC0 && len(p) > 1 && p[1] == 0xC1:
		if len(p) == 6 {
			m.mode(p[5])
		}
	case p[0] == 0xC1 && len(p) == 3:
		m.pending = nil
		if int(p[1])+int(p[2]) > len(m.Registers) {
			m.wrong()
			return
		}
		m.say(append([]byte{0xC1, p[1], p[2]}, m.Registers[p[1]:p[1]+p[2]]...)...)
	case (p[0] == 0xC0 || p[0] == 0xC2) && len(p) >= 3 && len(p) == 3+int(p[2]):
		m.write(p[1], p[3:])
	case p[0] != 0xC0 && p[0] != 0xC1 && p[0] != 0xC2, len(p) >= 3 && int(p[2]) > len(m.Registers):
		m.wrong()
	}
}

func (m *Module) write(first byte, values []byte) {
	if m.pending = nil; m.Refuses || int(first)+len(values) > len(m.Registers) {
		m.wrong()
		return
	}
	copy(m.Registers[first:], values)
	if m.NoCommand {
		m.Registers[4] &^= 0x10
	}
	if m.Weak {
		m.Registers[4] = m.Registers[4]&^3 | 1
	}
	m.restart()
	m.say(append([]byte{0xC1, first, byte(len(values))}, m.Registers[first:int(first)+len(values)]...)...)
}

func (m *Module) command32() {
	switch p := m.pending; {
	case p[0] == 0xC1 && len(p) == 3:
		m.pending = nil
		if p[1] == 0xC1 && p[2] == 0xC1 {
			m.say(append([]byte{0xC0}, m.Registers...)...)
		}
	case (p[0] == 0xC0 || p[0] == 0xC2) && len(p) == 6:
		m.pending = nil
		if !m.Refuses {
			copy(m.Registers, p[1:])
		}
	case p[0] != 0xC0 && p[0] != 0xC1 && p[0] != 0xC2:
		m.pending = nil
	}
}

// tuning is what two modules need in common.
func (m *Module) tuning() [3]byte {
	if m.E32 {
		return [3]byte{m.Registers[3], 0, m.Registers[2] & 7}
	}
	return [3]byte{m.Registers[5], m.Registers[2], m.Registers[3] & 7}
}

func (m *Module) received(in emulator.FromAir) {
	own := m.tuning()
	if m.configuring() || len(in.Data) < len(own) || string(in.Data[:len(own)]) != string(own[:]) {
		return
	}
	data := append([]byte(nil), in.Data[len(own):]...)
	if !m.E32 && m.Registers[6]&0x80 != 0 {
		data = append(data, byte(in.Signal.RSSI))
	}
	m.say(data...)
}
