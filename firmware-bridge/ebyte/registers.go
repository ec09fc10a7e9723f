package ebyte

import "fmt"

// Registers of an E22, and how many are read and written.
const (
	addressHigh = iota
	addressLow
	netID  // only modules with the same hear each other
	reg0   // bits 7-5 speed of the port, 4-3 parity, 2-0 rate on the air
	reg1   // 7-6 bytes of a packet, 5 noise register, 4 modes by command, 1-0 power
	chan22 // MHz above the lowest
	reg3   // 7 signal behind each packet, 6 fixed mode, 5 repeater, 4 listen first
	count22
)

// Values of an E32 are these five.
const (
	high32  = iota
	low32   // of the address
	speed32 // bits 7-6 parity, 5-3 speed of the port, 2-0 rate on the air
	chan32
	option32 // 7 fixed mode, 6 outputs, 5-3 wake-up time, 2 error correction, 1-0 power
	count32
)

const (
	keep   = 0xC0 // write
	read   = 0xC1 // and the answer of an E22
	brief  = 0xC2 // write until the power goes; an E32 may answer with it
	wrong  = 0xFF // three of them: not understood
	port22 = 3    // 9,600 bit/s, as in the E32
)

// Modes of an E22.
const (
	transparent   = 0
	configuration = 2
)

// wanted is what a URL says of one register: the bits of mask have to be as in value.
// Those of try are written, but need not come back: older modules have none.
type wanted struct {
	name        string
	mask, value byte
	try         byte
}

// desired is what the registers ought to be, from what they are.
func desired(is []byte, want []wanted) []byte {
	b := make([]byte, len(is))
	for i, w := range want {
		b[i] = is[i]&^w.mask | w.value | w.try
	}
	return b
}

// agrees compares the registers with what they ought to be.
func agrees(is []byte, want []wanted) error {
	for i, w := range want {
		if is[i]&w.mask != w.value {
			return fmt.Errorf("%s: register %d ought to be %02x, the module has %02x; ask for what it can do", w.name, i, w.value, is[i]&w.mask)
		}
	}
	return nil
}

func readRegisters(e32 bool) []byte {
	if e32 {
		return []byte{read, read, read}
	}
	return []byte{read, 0, count22}
}

func writeRegisters(e32 bool, values []byte) []byte {
	if e32 {
		return append([]byte{keep}, values...)
	}
	return append([]byte{keep, 0, count22}, values...)
}

func changeMode(mode byte) []byte { return []byte{keep, 0xC1, 0xC2, 0xC3, 0x02, mode} }

// Reply is what a module says in configuration mode.
type Reply struct {
	Registers []byte // read or written, nil: it is another reply
	Changed   bool   // to Mode
	Mode      byte
	Wrong     bool // it did not understand
}

// Decoder finds replies in a stream of bytes. It holds at most one.
type Decoder struct {
	E32     bool
	window  []byte
	Skipped uint64 // bytes that are no reply
}

// Push takes the next byte and returns a reply when that byte ends one.
func (d *Decoder) Push(b byte) (Reply, bool) {
	d.window = append(d.window, b)
	for len(d.window) > 0 {
		n, r := d.match()
		switch {
		case n > 0:
			d.window = d.window[:0]
			return r, true
		case n == 0:
			return Reply{}, false // so far so good
		}
		d.Skipped++
		d.window = d.window[:copy(d.window, d.window[1:])]
	}
	return Reply{}, false
}

// match reads a reply at the beginning of the window: its length, 0 while it is not
// whole, -1 if there is none.
func (d *Decoder) match() (int, Reply) {
	w := d.window
	if d.E32 {
		return matchE32(w)
	}
	for _, p := range []struct {
		begins string
		length int
	}{
		{string([]byte{read, 0, count22}), 3 + count22},
		{"\xC1\xC2\xC3\x02", 5},
		{string([]byte{wrong, wrong, wrong}), 3},
	} {
		n := min(len(w), len(p.begins))
		switch {
		case string(w[:n]) != p.begins[:n]:
		case len(w) < p.length:
			return 0, Reply{}
		case w[0] == wrong:
			return p.length, Reply{Wrong: true}
		case w[1] == 0:
			return p.length, Reply{Registers: append([]byte(nil), w[3:]...)}
		default:
			return p.length, Reply{Changed: true, Mode: w[4]}
		}
	}
	return -1, Reply{}
}

func matchE32(w []byte) (int, Reply) {
	switch {
	case w[0] != keep && w[0] != brief:
		return -1, Reply{}
	case len(w) < 1+count32:
		return 0, Reply{}
	}
	return len(w), Reply{Registers: append([]byte(nil), w[1:]...)}
}
