package kiss

import (
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Scheme is the scheme of the links' URLs; with "+tcp" for a modem behind TCP.
const Scheme = "kiss"

// MinFrame is the shortest frame in bytes; Dire Wolf drops shorter ones.
const MinFrame = 15

const unit = 10 * time.Millisecond // of all times in KISS commands

// Params returns the parameters of the links' URLs. The defaults of txdelay,
// slot, persist and tail are those of Dire Wolf.
func Params() []bridge.Param {
	return []bridge.Param{
		bridge.Baud,
		{Name: "rate", Default: 1200, Min: 50, Max: 10_000_000, Meaning: "speed on the air, bit/s"},
		{Name: "mtu", Default: 255, Min: radio.MinMTU, Max: MaxData, Meaning: "longest frame, bytes"},
		{Name: "port", Default: 0, Min: 0, Max: Ports - 1, Meaning: "port of the modem"},
		{Name: "txdelay", Step: unit, Default: int64(300 * time.Millisecond), Max: int64(255 * unit), Meaning: "from key-up to data"},
		{Name: "persist", Default: 63, Min: 0, Max: 255, Meaning: "chance to transmit in a free slot, (persist+1)/256"},
		{Name: "slot", Step: unit, Default: int64(100 * time.Millisecond), Max: int64(255 * unit), Meaning: "time between two draws"},
		{Name: "tail", Step: unit, Default: int64(100 * time.Millisecond), Max: int64(255 * unit), Meaning: "from data to key-down"},
	}
}

// setting joins a parameter of the URL with the command that tells the modem.
type setting struct {
	name    string
	command Command
	unit    int64
}

var settings = [...]setting{
	{"txdelay", TXDelay, int64(unit)},
	{"persist", Persist, 1},
	{"slot", SlotTime, int64(unit)},
	{"tail", TXTail, int64(unit)},
}

// appendSettings appends the commands for what the URL gives.
func appendSettings(dst []byte, u *bridge.URL, port uint8) []byte {
	for _, s := range settings {
		if v, ok := u.Given(s.name); ok {
			dst = AppendFrame(dst, Frame{Port: port, Command: s.command, Data: []byte{byte(v / s.unit)}})
		}
	}
	return dst
}
