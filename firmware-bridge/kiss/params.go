package kiss

import (
	"fmt"
	"regexp"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/meshcore"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
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
	return append([]bridge.Param{
		bridge.Baud,
		{Name: "modem", Words: []string{plain, meshCore}, Meaning: "kind of modem"},
		{Name: "rate", Default: 1200, Min: 50, Max: 10_000_000, Meaning: "speed on the air, bit/s"},
		{Name: "mtu", Default: 255, Min: radio.MinMTU, Max: wire.MaxData, Meaning: "longest frame, bytes"},
		{Name: "port", Default: 0, Min: 0, Max: wire.Ports - 1, Meaning: "port of the modem"},
		{Name: "txdelay", Step: unit, Default: int64(300 * time.Millisecond), Max: int64(255 * unit), Meaning: "from key-up to data"},
		{Name: "persist", Default: 63, Min: 0, Max: 255, Meaning: "chance to transmit in a free slot, (persist+1)/256"},
		{Name: "slot", Step: unit, Default: int64(100 * time.Millisecond), Max: int64(255 * unit), Meaning: "time between two draws"},
		{Name: "tail", Step: unit, Default: int64(100 * time.Millisecond), Max: int64(255 * unit), Meaning: "from data to key-down"},
		{Name: "ax25", Text: callSign, Meaning: "own call sign, such as N0CALL-1: frames go as AX.25 UI frames"},
	}, meshcore.Params()...)
}

var callSign = regexp.MustCompile(`^[A-Z0-9]{1,6}(-(1[0-5]|[0-9]))?$`)

// Kinds of modem.
const (
	plain    = "tnc"
	meshCore = "meshcore"
)

// unfit names a parameter that the URL gives and its kind of modem does not have.
func unfit(u *bridge.URL) error {
	kind, others, names := u.Word("modem"), meshCore, []string{}
	if kind == plain {
		for _, p := range meshcore.Params() {
			names = append(names, p.Name)
		}
	} else {
		others, names = plain, []string{"rate", "port", "tail", "ax25"}
	}
	for _, name := range names {
		if _, ok := u.Given(name); ok {
			return fmt.Errorf("parameter %s is for modem=%s, not for modem=%s", name, others, kind)
		}
	}
	return nil
}

// setting joins a parameter of the URL with the command that tells the modem.
type setting struct {
	name    string
	command wire.Command
	unit    int64
}

var settings = [...]setting{
	{"txdelay", wire.TXDelay, int64(unit)},
	{"persist", wire.Persist, 1},
	{"slot", wire.SlotTime, int64(unit)},
	{"tail", wire.TXTail, int64(unit)},
}

// appendSettings appends the commands for what the URL gives.
func appendSettings(dst []byte, u *bridge.URL, port uint8) []byte {
	for _, s := range settings {
		if v, ok := u.Given(s.name); ok {
			dst = wire.AppendFrame(dst, wire.Frame{Port: port, Command: s.command, Data: []byte{byte(v / s.unit)}})
		}
	}
	return dst
}
