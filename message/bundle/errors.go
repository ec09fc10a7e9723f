package bundle

type bundleError string

func (e bundleError) Error() string { return string(e) }

// Classes of what can be wrong with bytes from outside, for errors.Is. A peer's
// nonsense is an outcome that is counted, so each has its own name.
const (
	ErrTruncated    = bundleError("too few bytes")
	ErrOversized    = bundleError("too many bytes")
	ErrVersion      = bundleError("unknown version")
	ErrNotCanonical = bundleError("not the canonical form")
	ErrNoKey        = bundleError("no key to open it")
	ErrUnauthentic  = bundleError("not what a holder of the key sealed")
)

// ErrHeader says that Compose was asked for a header that no bundle can have.
const ErrHeader = bundleError("header cannot be written")
