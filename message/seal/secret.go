package seal

import (
	"fmt"
	"io"
)

// Secret is the secret of a network (one epoch of it) or of a group: 32 bytes
// drawn at random by the authority. It cannot be printed or marshalled by
// accident; who means to write it takes its bytes by slicing.
type Secret [32]byte

type sealError string

func (e sealError) Error() string { return string(e) }

// Errors of Keys, for errors.Is.
const (
	ErrNotParty    = sealError("this node is not one of the pair")
	ErrUnknownNode = sealError("node has no certificate here")
	ErrNoEpoch     = sealError("no key for this epoch and day")
	ErrSecret      = sealError("a secret does not marshal")
)

// String returns "secret".
func (Secret) String() string { return "secret" }

// Format prints "secret" for every verb and flag.
func (Secret) Format(s fmt.State, _ rune) { io.WriteString(s, "secret") }

// MarshalText refuses with ErrSecret.
func (Secret) MarshalText() ([]byte, error) { return nil, ErrSecret }

// LinkKey protects radio frames: every member of the network holds it, nobody
// else does. MAC and Enc are independent.
type LinkKey struct{ MAC, Enc [32]byte }

// String returns "link key".
func (LinkKey) String() string { return "link key" }

// Format prints "link key" for every verb and flag.
func (LinkKey) Format(s fmt.State, _ rune) { io.WriteString(s, "link key") }

// MarshalText refuses with ErrSecret.
func (LinkKey) MarshalText() ([]byte, error) { return nil, ErrSecret }
