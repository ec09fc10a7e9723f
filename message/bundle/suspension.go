package bundle

import (
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// MaxReason is the longest reason of a Suspension in bytes.
const MaxReason = 120

// Suspension is the body of a ContentSuspension: somebody with the right to
// suspend says that a node is not to be trusted until the authority decides, or
// that it is again. It travels to the group of the whole network, signed.
//
//	1    version, 1
//	2    the node
//	1    1: suspended, 2: lifted
//	1+n  length and text of the reason, up to MaxReason bytes
type Suspension struct {
	Node   ident.Number
	Lift   bool
	Reason string // see ident.CheckText; may be empty
}

const (
	suspensionVersion = 1
	suspensionFixed   = 5

	actSuspend = 1
	actLift    = 2
)

// Check reports what no suspension can hold, or nil: ErrNotCanonical.
func (s Suspension) Check() error {
	if !validNode(s.Node) {
		return fmt.Errorf("%w: suspension of node %v", ErrNotCanonical, s.Node)
	}
	if err := ident.CheckText(s.Reason, MaxReason); err != nil {
		return fmt.Errorf("%w: reason %q: %v", ErrNotCanonical, s.Reason, err)
	}
	return nil
}

// Type returns ContentSuspension.
func (Suspension) Type() ContentType { return ContentSuspension }

// Right returns ident.MaySuspend.
func (Suspension) Right() ident.Rights { return ident.MaySuspend }

// String says what is done, as in "suspends node 9: stolen".
func (s Suspension) String() string {
	text := "suspends node " + s.Node.String()
	if s.Lift {
		text = "lifts the suspension of node " + s.Node.String()
	}
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	return text
}

// Append appends the body. It panics where Check fails.
func (s Suspension) Append(dst []byte) []byte {
	if err := s.Check(); err != nil {
		panic("bundle: encoding an impossible suspension: " + err.Error())
	}
	act := byte(actSuspend)
	if s.Lift {
		act = actLift
	}
	dst = binary.BigEndian.AppendUint16(append(dst, suspensionVersion), uint16(s.Node))
	return append(append(dst, act, byte(len(s.Reason))), s.Reason...)
}

// DecodeSuspension reads what Append wrote. Errors: ErrTruncated, ErrOversized,
// ErrVersion, ErrNotCanonical.
func DecodeSuspension(body []byte) (Suspension, error) {
	const what = "suspension"
	err := checkBody(what, suspensionVersion, suspensionFixed, body)
	if err == nil {
		err = fillsBody(what, suspensionFixed+int(body[4]), body)
	}
	if err != nil {
		return Suspension{}, err
	}
	s := Suspension{
		Node:   ident.Number(binary.BigEndian.Uint16(body[1:])),
		Lift:   body[3] == actLift,
		Reason: string(body[suspensionFixed:]),
	}
	if body[3] != actSuspend && body[3] != actLift {
		return Suspension{}, fmt.Errorf("%w: act %d", ErrNotCanonical, body[3])
	}
	return s, s.Check()
}
