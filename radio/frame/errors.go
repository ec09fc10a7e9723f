package frame

// Errors of Open and of the decoders, by class. They are outcomes to be
// counted: what is refused was sent by somebody else.
const (
	// ErrTruncated: too short to be what it should be.
	ErrTruncated = frameError("frame is truncated")
	// ErrOversized: longer than any link carries, or than a limit allows.
	ErrOversized = frameError("frame is oversized")
	// ErrUnauthentic: sealed under none of the keys, or changed on the way, or by
	// a transmitter whose counter cannot be guessed before its next Hello.
	ErrUnauthentic = frameError("frame is not authentic")
	// ErrReplayed: authentic, and seen before or too old to tell.
	ErrReplayed = frameError("frame is replayed")
	// ErrVersion: authentic, of a version that is not known here.
	ErrVersion = frameError("frame has an unknown version")
	// ErrMisplaced: authentic, with an item that does not travel under its key.
	ErrMisplaced = frameError("frame carries what its key must not")
	// ErrMalformed: authentic, but not the one canonical encoding of anything.
	ErrMalformed = frameError("frame is malformed")
)

type frameError string

func (e frameError) Error() string { return string(e) }
