// Package ax25 puts data into AX.25 UI frames, which carry a station's call sign,
// and takes it out of them (AX.25 link access protocol, version 2.2). Flags,
// checksum and bit stuffing are the modem's, and so is FX.25: a modem that is set to
// it (Dire Wolf's -X) protects the same frame.
//
//	to 7 | from 7 | 03 | F0 | data
//
// An address is six characters, padded by spaces, each shifted left by one, and a
// byte with the number behind the call sign: C 1 1 number 4, last 1. C, with the one
// of the other address, says command or response, which nobody asks for here. The
// last address has last set; more than two would name digipeaters. 03 is an
// unnumbered information frame, F0 no protocol above.
package ax25

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Overhead is by how many bytes a frame is longer than its data.
const Overhead = 2*addressBytes + 2

const (
	addressBytes = 7
	callBytes    = 6
	maxNumber    = 15

	command  = 0x80 // of an address
	reserved = 0x60
	last     = 0x01

	ui        = 0x03
	pollBit   = 0x10 // of the control byte
	noneAbove = 0xF0
)

// Group is the destination of all frames: not a station, but what the frames are.
const Group = "BLKSTR"

// Errors of Decode.
var (
	ErrMalformed = errors.New("not an AX.25 frame")
	ErrForeign   = errors.New("another AX.25 frame than ours")
)

// Call is a call sign with its number, as in N0CALL-1.
type Call struct {
	Sign   string
	Number int
}

// ParseCall reads CALL or CALL-NUMBER.
func ParseCall(text []byte) (Call, error) {
	if len(text) > callBytes+3 {
		return Call{}, fmt.Errorf("call sign of %d characters, want such as N0CALL-1", len(text))
	}
	sign, number, numbered := strings.Cut(string(text), "-")
	c := Call{Sign: sign}
	for _, b := range []byte(sign) {
		if !inCall(b) {
			return Call{}, fmt.Errorf("call sign %q, want letters A..Z and digits", sign)
		}
	}
	if sign == "" || len(sign) > callBytes {
		return Call{}, fmt.Errorf("call sign %q has %d characters, want 1..%d", sign, len(sign), callBytes)
	}
	if numbered {
		n, err := strconv.Atoi(number)
		if err != nil || strconv.Itoa(n) != number || n < 0 || n > maxNumber {
			return Call{}, fmt.Errorf("number %q of a call sign, want 0..%d", number, maxNumber)
		}
		c.Number = n
	}
	return c, nil
}

func inCall(b byte) bool { return b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' }

func (c Call) String() string {
	if c.Number == 0 {
		return c.Sign
	}
	return c.Sign + "-" + strconv.Itoa(c.Number)
}

func appendAddress(dst []byte, c Call, bits byte) []byte {
	for i := range callBytes {
		b := byte(' ')
		if i < len(c.Sign) {
			b = c.Sign[i]
		}
		dst = append(dst, b<<1)
	}
	return append(dst, bits|reserved|byte(c.Number)<<1)
}

// Append appends a frame with data from a station to the group.
func Append(dst []byte, from Call, data []byte) []byte {
	dst = appendAddress(dst, Call{Sign: Group}, command)
	dst = appendAddress(dst, from, last)
	return append(append(dst, ui, noneAbove), data...)
}

// Decode returns who sent a frame to the group, and its data, which shares the
// frame's memory.
func Decode(frame []byte) (from Call, data []byte, err error) {
	if len(frame) < Overhead-1 {
		return Call{}, nil, fmt.Errorf("%w: %d bytes", ErrMalformed, len(frame))
	}
	to, err := address(frame[:addressBytes])
	if err == nil {
		from, err = address(frame[addressBytes : 2*addressBytes])
	}
	control := frame[2*addressBytes]
	switch {
	case err != nil:
		return Call{}, nil, err
	case frame[addressBytes-1]&last != 0:
		return Call{}, nil, fmt.Errorf("%w: one address", ErrMalformed)
	case to != Call{Sign: Group}:
		return Call{}, nil, fmt.Errorf("%w: to %v", ErrForeign, to)
	case frame[2*addressBytes-1]&last == 0:
		return Call{}, nil, fmt.Errorf("%w: by a digipeater", ErrForeign)
	case control&^pollBit != ui || len(frame) < Overhead || frame[Overhead-1] != noneAbove:
		return Call{}, nil, fmt.Errorf("%w: control %02x", ErrForeign, control)
	}
	return from, frame[Overhead:], nil
}

func address(b []byte) (Call, error) {
	var sign []byte
	padded := false
	for _, c := range b[:callBytes] {
		switch {
		case c&last != 0:
			return Call{}, fmt.Errorf("%w: address % x", ErrMalformed, b)
		case c>>1 == ' ':
			padded = true
		case padded || !inCall(c>>1):
			return Call{}, fmt.Errorf("%w: address % x", ErrMalformed, b)
		default:
			sign = append(sign, c>>1)
		}
	}
	if len(sign) == 0 {
		return Call{}, fmt.Errorf("%w: empty address", ErrMalformed)
	}
	return Call{Sign: string(sign), Number: int(b[callBytes] >> 1 & maxNumber)}, nil
}
