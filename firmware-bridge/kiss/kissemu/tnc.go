// Package kissemu is an emulated KISS TNC: what Dire Wolf, Mobilinkd and
// hardware TNCs do between their serial port and the air. It carries data frames
// of one port, notes the settings it is given and keeps them without power, and
// ignores what else it is told, as TNCs do.
package kissemu

import (
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Shortest is the shortest frame that is transmitted; Dire Wolf drops shorter
// ones without a word.
const Shortest = 15

// TNC is an emulator.Device.
type TNC struct {
	Port     uint8           // that it answers to
	Settings map[uint8]uint8 // by command 1..6, as last told
	Dropped  int             // frames for other ports, and short ones
	in       emulator.Unframer
	out      []emulator.Output
}

// Step implements emulator.Device.
func (t *TNC) Step(_ clock.Instant, in emulator.Input) []emulator.Output {
	t.out = t.out[:0]
	switch in := in.(type) {
	case emulator.PowerOn:
		t.in = emulator.Unframer{Most: 1 + 1024}
	case emulator.FromHost:
		for _, b := range in.Data {
			if content, ok := t.in.Push(b); ok {
				t.take(content)
			}
		}
	case emulator.FromAir:
		t.out = append(t.out, emulator.ToHost{Data: emulator.Framed(append([]byte{t.Port << 4}, in.Data...))})
	case emulator.AirDone, emulator.Alarm:
	}
	return t.out
}

func (t *TNC) take(content []byte) {
	command, data := content[0], content[1:]
	switch {
	case command>>4 != t.Port:
		t.Dropped++
	case command&0x0F == 0 && len(data) < Shortest:
		t.Dropped++
	case command&0x0F == 0:
		t.out = append(t.out, emulator.ToAir{Data: append([]byte(nil), data...)})
	case len(data) == 1:
		if t.Settings == nil {
			t.Settings = map[uint8]uint8{}
		}
		t.Settings[command&0x0F] = data[0]
	}
}
