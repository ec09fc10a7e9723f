// Package meshcoreemu is an emulated board with MeshCore's KISS modem firmware
// 1.17.1, as it behaves at its serial port: one packet at a time, room for two
// answers, a report when a packet has left and one on how a packet was heard, and
// settings that are gone when it starts anew, without a word.
package meshcoreemu

import (
	"encoding/binary"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

const (
	boot    = 900 * time.Millisecond
	longest = 255 // bytes of a packet
	frame   = 512 // bytes of a KISS frame
	room    = 2   // answers that wait
)

// Modem is an emulator.Device. The zero value is a board that does all.
type Modem struct {
	Old      bool // firmware that knows neither name nor signal reports
	MaxPower byte // dBm, to which the board clamps; 0: 22
	Narrow   bool // its band is 863..870 MHz: other frequencies are refused
	Mute     bool // does not report what has left
	NoMeta   bool // does not report how it heard
	Broken   bool // its transmitter fails

	up      bool
	in      emulator.Unframer
	radio   [10]byte
	power   byte
	meta    bool
	pending bool
	waiting int // answers within one step
	out     []emulator.Output
}

// Radio returns what the radio is set to: Hz, Hz of bandwidth, factor, rate.
func (m *Modem) Radio() (freq, bandwidth uint32, spreading, coding byte) {
	return binary.LittleEndian.Uint32(m.radio[:]), binary.LittleEndian.Uint32(m.radio[4:]), m.radio[8], m.radio[9]
}

// Step implements emulator.Device.
func (m *Modem) Step(now clock.Instant, in emulator.Input) []emulator.Output {
	m.out, m.waiting = m.out[:0], 0
	switch in := in.(type) {
	case emulator.PowerOn:
		m.up, m.pending, m.meta, m.power = false, false, true, 22
		binary.LittleEndian.PutUint32(m.radio[:], 869_618_000)
		binary.LittleEndian.PutUint32(m.radio[4:], 62_500)
		m.radio[8], m.radio[9] = 8, 5
		m.in = emulator.Unframer{Most: frame}
		m.out = append(m.out, emulator.SetAlarm{At: now.Add(boot)})
	case emulator.Alarm:
		m.up = true
	case emulator.FromHost:
		for _, b := range in.Data {
			if content, ok := m.in.Push(b); ok && m.up {
				m.take(content[0], content[1:])
			}
		}
	case emulator.FromAir:
		if !m.up || len(in.Data) == 0 {
			break
		}
		m.say(append([]byte{0}, in.Data...)...)
		if m.meta && !m.NoMeta {
			m.say(6, 0xF9, byte(int8(in.Signal.SNR*4)), byte(int8(in.Signal.RSSI)))
		}
	case emulator.AirDone:
		if m.pending = false; m.up && !m.Mute {
			ok := byte(0)
			if in.OK && !m.Broken {
				ok = 1
			}
			m.say(6, 0xF8, ok)
		}
	}
	return m.out
}

func (m *Modem) say(content ...byte) {
	m.out = append(m.out, emulator.ToHost{Data: emulator.Framed(content)})
}

// answer has to find room; what finds none is lost, and an error says so, in the
// place that is kept for errors.
func (m *Modem) answer(content ...byte) {
	if m.waiting++; m.waiting > room {
		content = []byte{0xF1, 7}
	}
	m.say(append([]byte{6}, content...)...)
}

func (m *Modem) take(kind byte, p []byte) {
	switch {
	case kind == 0 && len(p) > longest || kind == 0 && len(p) == 0:
	case kind == 0 && m.pending:
		m.answer(0xF1, 7)
	case kind == 0:
		m.pending = true
		m.out = append(m.out, emulator.ToAir{Data: append([]byte(nil), p...)})
	case kind == 6 && len(p) > 0:
		m.hardware(p[0], p[1:])
	}
}

func (m *Modem) hardware(code byte, p []byte) {
	need := map[byte]int{0x09: 10, 0x0A: 1, 0x0F: 1, 0x19: 1}
	switch {
	case m.Old && (code == 0x16 || code == 0x19):
		m.answer(0xF1, 5)
		return
	case len(p) < need[code]:
		m.answer(0xF1, 1)
		return
	}
	switch code {
	case 0x09:
		m.setRadio(p)
	case 0x0A:
		most := m.MaxPower
		if most == 0 {
			most = 22
		}
		m.power = min(p[0], most)
		m.answer(0xF0)
	case 0x0B:
		m.answer(append([]byte{0x8B}, m.radio[:]...)...)
	case 0x0C:
		m.answer(0x8C, m.power)
	case 0x0F:
		m.answer(0x8F, 0x92, 1, 0, 0) // of 51 bytes at the settings it starts with
	case 0x11:
		m.answer(0x91, 1, 0)
	case 0x16:
		m.answer(append([]byte{0x96}, "Emulated board"...)...)
	case 0x17:
		m.answer(0x97)
	case 0x19:
		m.meta = p[0] != 0
		m.answer(0x9A, min(p[0], 1))
	default:
		m.answer(0xF1, 5)
	}
}

func (m *Modem) setRadio(p []byte) {
	freq, bandwidth := binary.LittleEndian.Uint32(p), binary.LittleEndian.Uint32(p[4:])
	if bandwidth == 0 || p[8] < 5 || p[8] > 12 || p[9] < 5 || p[9] > 8 || m.Narrow && (freq < 863_000_000 || freq > 870_000_000) {
		m.answer(0xF1, 2)
		return
	}
	copy(m.radio[:], p)
	m.answer(0xF0)
}
