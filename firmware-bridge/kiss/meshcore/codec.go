package meshcore

import "github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"

// SetHardware is the KISS command that carries what is MeshCore's own.
const SetHardware wire.Command = 6

// Code is what a SetHardware frame is for.
type Code uint8

// Codes used here: questions, answers, and what comes unasked.
const (
	SetRadio   Code = 0x09 // u32 Hz, u32 Hz of bandwidth, u8 factor, u8 rate 4/x
	SetPower   Code = 0x0A // u8 dBm
	GetRadio   Code = 0x0B
	GetPower   Code = 0x0C
	GetAirtime Code = 0x0F // u8 bytes
	GetVersion Code = 0x11
	GetName    Code = 0x16
	Ping       Code = 0x17
	Reports    Code = 0x19 // u8: 1 on, 0 off

	Radio   Code = 0x8B // as SetRadio
	Power   Code = 0x8C // u8 dBm
	Airtime Code = 0x8F // u32 ms
	Version Code = 0x91 // u8, and one of no meaning
	Name    Code = 0x96 // text
	Pong    Code = 0x97
	Report  Code = 0x9A // u8: 1 on, 0 off

	Done    Code = 0xF0
	Refused Code = 0xF1 // u8: see the reasons
	TxDone  Code = 0xF8 // u8: 1 has left, 0 has not
	RxMeta  Code = 0xF9 // i8 SNR x 4, i8 dBm; of the data frame before
)

// Reasons for which the modem refuses.
const (
	badLength   = 0x01
	badValue    = 0x02
	notBuiltIn  = 0x03
	unknownCode = 0x05
	busy        = 0x07
	notOnBoard  = 0x08
)

// MaxData is the most bytes that a packet carries.
const MaxData = 255

// Hardware returns a SetHardware frame.
func Hardware(c Code, content ...byte) wire.Frame {
	return wire.Frame{Command: SetHardware, Data: append([]byte{byte(c)}, content...)}
}

func u32(n int64) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)} }

func number(b []byte) int64 {
	return int64(b[0]) | int64(b[1])<<8 | int64(b[2])<<16 | int64(b[3])<<24
}
