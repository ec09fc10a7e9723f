// Package rylremu is an emulated REYAX RYLR module as its AT command guide
// describes it: it answers commands with +OK, a value or +ERR, says +OK to a SEND
// when the transmission is over, refuses one that comes before that, transmits
// without listening, and keeps all but its band in flash.
package rylremu

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

const (
	boot    = 300 * time.Millisecond
	longest = 240 // characters of a packet
	header  = 8   // bytes that the module adds to each
)

// Module is an emulator.Device. The zero value is a new RYLR998.
type Module struct {
	Old      bool // a RYLR896
	MaxPower int  // dBm, to which it clamps without a word; 0: it refuses what is above 22
	Stuck    bool // every SEND is refused with +ERR=17
	Low      bool // made for 410 to 525 MHz
	Locked   bool // its flash takes no address

	up      bool
	in      emulator.Lines
	kept    map[string]string
	band    string
	sending bool
	out     []emulator.Output
}

// Step implements emulator.Device.
func (m *Module) Step(now clock.Instant, in emulator.Input) []emulator.Output {
	m.out = m.out[:0]
	switch in := in.(type) {
	case emulator.PowerOn:
		if m.kept == nil {
			m.factory()
		}
		m.up, m.sending, m.band, m.in = false, false, "915000000", emulator.Lines{Most: 300}
		m.out = append(m.out, emulator.SetAlarm{At: now.Add(boot)})
	case emulator.Alarm:
		m.up = true
		m.say("+READY")
	case emulator.FromHost:
		for _, b := range in.Data {
			if line, ok := m.in.Push(b); ok && m.up {
				m.command(line)
			}
		}
	case emulator.FromAir:
		m.received(in)
	case emulator.AirDone:
		m.sending = false
		if !in.OK {
			m.fault(10)
		} else {
			m.say("+OK")
		}
	}
	return m.out
}

func (m *Module) factory() {
	m.kept = map[string]string{"ADDRESS": "0", "NETWORKID": "18", "PARAMETER": "9,7,1,12", "CRFOP": "22", "MODE": "0"}
	if m.Old {
		m.kept["NETWORKID"], m.kept["PARAMETER"], m.kept["CRFOP"] = "0", "12,7,1,4", "15"
	}
}

func (m *Module) say(line string) {
	m.out = append(m.out, emulator.ToHost{Data: []byte(line + "\r\n")})
}

func (m *Module) fault(n int) { m.say("+ERR=" + strconv.Itoa(n)) }

func (m *Module) command(line string) {
	rest, ok := strings.CutPrefix(line, "AT")
	if !ok {
		m.fault(2)
		return
	}
	name, argument, set := strings.Cut(rest, "=")
	question := strings.HasSuffix(name, "?") && !set
	name = strings.TrimSuffix(strings.TrimPrefix(name, "+"), "?")
	switch {
	case rest == "":
		m.say("+OK")
	case question:
		m.answer(name)
	case name == "SEND" && set:
		m.send(argument)
	case name == "BAND" && set:
		m.setBand(argument)
	case set && m.kept[name] != "":
		m.set(name, argument)
	default:
		m.fault(4)
	}
}

func (m *Module) answer(name string) {
	value, known := m.kept[name]
	switch {
	case name == "VER" && m.Old:
		value = "RYLR89C_V1.2.7"
	case name == "VER":
		value = "RYLR998_REYAX_V1.2.2"
	case name == "BAND":
		value = m.band
	case !known:
		m.fault(4)
		return
	}
	m.say("+" + name + "=" + value)
}

func (m *Module) setBand(argument string) {
	low, high := 820_000_000, 960_000_000
	if m.Low {
		low, high = 410_000_000, 525_000_000
	}
	if hz, err := strconv.Atoi(argument); err != nil || hz < low || hz > high {
		m.fault(4)
		return
	}
	m.band = argument
	m.say("+OK")
}

func (m *Module) set(name, argument string) {
	var numbers []int
	for _, field := range strings.Split(argument, ",") {
		n, err := strconv.Atoi(field)
		if err != nil {
			m.fault(4)
			return
		}
		numbers = append(numbers, n)
	}
	n := numbers[0]
	switch name {
	case "PARAMETER":
		if fault := m.parameter(numbers); fault != 0 {
			m.fault(fault)
			return
		}
	case "CRFOP":
		most := 22
		if m.Old {
			most = 15
		}
		if m.MaxPower > 0 && n > m.MaxPower {
			n, argument = m.MaxPower, strconv.Itoa(m.MaxPower)
		}
		if n < 0 || n > most {
			m.fault(4)
			return
		}
	case "NETWORKID":
		if old, new := n >= 0 && n <= 16, n >= 3 && n <= 15 || n == 18; m.Old && !old || !m.Old && !new {
			m.fault(4)
			return
		}
	case "ADDRESS":
		if m.Locked {
			m.fault(14)
			return
		}
	}
	m.kept[name] = argument
	m.say("+OK")
}

// parameter checks spreading factor, bandwidth, coding rate and preamble, and
// returns the fault, 0: none.
func (m *Module) parameter(n []int) int {
	if len(n) != 4 {
		return 4
	}
	sf, bw, cr, preamble := n[0], n[1], n[2], n[3]
	switch {
	case cr < 1 || cr > 4:
		return 4
	case m.Old && (sf < 7 || sf > 12 || bw < 0 || bw > 9):
		return 4
	case m.Old && (preamble < 4 || preamble > 7):
		return 18
	case m.Old:
		return 0
	case bw < 7 || bw > 9 || sf < 5 || sf > bw+2:
		return 4
	case preamble != 12 && m.kept["NETWORKID"] != "18", preamble < 4, preamble > 24:
		return 18
	}
	return 0
}

// send takes ADDRESS,LENGTH,DATA.
func (m *Module) send(argument string) {
	fields := strings.SplitN(argument, ",", 3)
	if len(fields) != 3 {
		m.fault(4)
		return
	}
	to, err1 := strconv.Atoi(fields[0])
	length, err2 := strconv.Atoi(fields[1])
	switch {
	case err1 != nil || err2 != nil || to < 0 || to > 65_535:
		m.fault(4)
	case length > longest:
		m.fault(13)
	case length != len(fields[2]):
		m.fault(5)
	case m.sending || m.Stuck:
		m.fault(17)
	default:
		m.sending = true
		network, _ := strconv.Atoi(m.kept["NETWORKID"])
		from, _ := strconv.Atoi(m.kept["ADDRESS"])
		packet := append(make([]byte, 0, header+length), byte(network), byte(from>>8), byte(from), byte(to>>8), byte(to), 0, 0, 0)
		m.out = append(m.out, emulator.ToAir{Data: append(packet, fields[2]...)})
	}
}

func (m *Module) received(in emulator.FromAir) {
	if !m.up || len(in.Data) < header || m.kept["MODE"] != "0" {
		return
	}
	from, to := int(in.Data[1])<<8|int(in.Data[2]), int(in.Data[3])<<8|int(in.Data[4])
	if strconv.Itoa(int(in.Data[0])) != m.kept["NETWORKID"] || to != 0 && strconv.Itoa(to) != m.kept["ADDRESS"] {
		return
	}
	data := in.Data[header:]
	m.say(fmt.Sprintf("+RCV=%d,%d,%s,%d,%d", from, len(data), data, in.Signal.RSSI, int(in.Signal.SNR)))
}
