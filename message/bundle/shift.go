package bundle

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// MaxShift is the longest shift.
const MaxShift = 16 * time.Hour

// Shift is the body of a ContentShift: a person works on the device that sends
// it, or nobody does any more. It travels to the group of the whole network,
// signed by the device; that a shift begins is signed by the person, too.
//
//	1    version, 1
//	1    1: begins, 2: ends
//	4    at: seconds since 1970-01-01 UTC, by the device's clock
//
// and, where it begins:
//
//	2    for how many minutes, 1..960
//	1+n  length and bytes of the person's credential
//	64   the person's signature, over SignedBytes
type Shift struct {
	At         clock.Wall        // whole seconds
	For        time.Duration     // whole minutes, up to MaxShift; 0 where it ends
	Credential *ident.Credential // nil: the shift on this device ends
	Signature  [signatureSize]byte
}

const (
	shiftVersion = 1
	shiftFixed   = 6

	shiftBegins = 1
	shiftEnds   = 2
)

// Ends reports whether this is the end of whatever shift there was.
func (s Shift) Ends() bool { return s.Credential == nil }

// Until returns when a shift that begins is over.
func (s Shift) Until() clock.Wall { return s.At.Add(s.For) }

// Check reports what no shift can be, or nil: ErrNotCanonical. It checks no
// signature.
func (s Shift) Check() error {
	if s.At < 0 || s.At%1000 != 0 || s.At/1000 > 1<<32-1 {
		return fmt.Errorf("%w: shift at %d ms", ErrNotCanonical, int64(s.At))
	}
	if s.Ends() {
		if s.For != 0 || s.Signature != [signatureSize]byte{} {
			return fmt.Errorf("%w: end of a shift of %v", ErrNotCanonical, s.For)
		}
		return nil
	}
	if s.For <= 0 || s.For > MaxShift || s.For%time.Minute != 0 {
		return fmt.Errorf("%w: shift of %v, at most %v", ErrNotCanonical, s.For, MaxShift)
	}
	if err := s.Credential.Check(); err != nil {
		return fmt.Errorf("%w: %v", ErrNotCanonical, err)
	}
	return nil
}

// SignedBytes returns what the person signs for a shift on a device.
//
// Safe here: a label, and fields of fixed length that name the network, the
// person, the one device, and from when until when. The signature is worth
// nothing on another device, in another network or at another time, and the key
// that makes it signs nothing else.
func (s Shift) SignedBytes(device ident.Number) []byte {
	b := append([]byte(seal.LabelShift), s.Credential.Operator[:]...)
	b = binary.BigEndian.AppendUint16(b, uint16(s.Credential.Person))
	b = binary.BigEndian.AppendUint16(b, uint16(device))
	b = binary.BigEndian.AppendUint32(b, uint32(s.At/1000))
	return binary.BigEndian.AppendUint16(b, uint16(s.For/time.Minute))
}

// SignedBy reports whether a key signed that a shift begins on a device.
func (s Shift) SignedBy(v ident.Verifier, key ident.SignKey, device ident.Number) bool {
	return !s.Ends() && v.Verify(key, s.SignedBytes(device), s.Signature[:])
}

// Type returns ContentShift.
func (Shift) Type() ContentType { return ContentShift }

// Right returns 0: whoever has a credential may work.
func (Shift) Right() ident.Rights { return 0 }

// String says what happens, as in "Anna Weber (shift leader) is on shift until 22:00 UTC".
func (s Shift) String() string {
	if s.Ends() {
		return "nobody is on shift here any more"
	}
	who := s.Credential.Name
	if s.Credential.Role != "" {
		who += " (" + s.Credential.Role + ")"
	}
	return who + " is on shift until " + s.Until().Time().Format("2006-01-02 15:04 UTC")
}

// Append appends the body. It panics where Check fails.
func (s Shift) Append(dst []byte) []byte {
	if err := s.Check(); err != nil {
		panic("bundle: encoding an impossible shift: " + err.Error())
	}
	act := byte(shiftBegins)
	if s.Ends() {
		act = shiftEnds
	}
	dst = binary.BigEndian.AppendUint32(append(dst, shiftVersion, act), uint32(s.At/1000))
	if s.Ends() {
		return dst
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(s.For/time.Minute))
	credential := s.Credential.Encode()
	dst = append(append(dst, byte(len(credential))), credential...)
	return append(dst, s.Signature[:]...)
}

// DecodeShift reads what Append wrote. Errors: ErrTruncated, ErrOversized,
// ErrVersion, ErrNotCanonical.
func DecodeShift(body []byte) (Shift, error) {
	if err := checkBody("shift", shiftVersion, shiftFixed, body); err != nil {
		return Shift{}, err
	}
	s := Shift{At: clock.Wall(binary.BigEndian.Uint32(body[2:])) * 1000}
	rest := body[shiftFixed:]
	switch body[1] {
	case shiftEnds:
		if len(rest) > 0 {
			return Shift{}, fmt.Errorf("%w: end of a shift of %d bytes", ErrOversized, len(body))
		}
		return s, nil
	case shiftBegins:
		err := s.decodeBegin(rest)
		return s, err
	}
	return Shift{}, fmt.Errorf("%w: act %d of a shift", ErrNotCanonical, body[1])
}

func (s *Shift) decodeBegin(rest []byte) error {
	if len(rest) < 3 {
		return fmt.Errorf("%w: beginning of a shift", ErrTruncated)
	}
	s.For = time.Duration(binary.BigEndian.Uint16(rest)) * time.Minute
	end := 3 + int(rest[2])
	switch {
	case len(rest) < end+signatureSize:
		return fmt.Errorf("%w: beginning of a shift", ErrTruncated)
	case len(rest) > end+signatureSize:
		return fmt.Errorf("%w: beginning of a shift", ErrOversized)
	}
	credential, err := ident.DecodeCredential(rest[3:end])
	if err != nil {
		return fmt.Errorf("%w: %v", ErrNotCanonical, err)
	}
	s.Credential = credential
	copy(s.Signature[:], rest[end:])
	return s.Check()
}
