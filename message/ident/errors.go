package ident

type identError string

func (e identError) Error() string { return string(e) }

// Classes of what can be wrong with bytes or a certificate, for errors.Is.
const (
	ErrTruncated    = identError("too few bytes")
	ErrOversized    = identError("too many bytes")
	ErrVersion      = identError("unknown version")
	ErrNotCanonical = identError("not the canonical form")
	ErrBadSignature = identError("signature is not the root key's")
	ErrPrivilege    = identError("more than a certificate of its kind may hold")
	ErrSuccession   = identError("roots do not follow each other")
	ErrRoster       = identError("certificates do not make a roster")
)
