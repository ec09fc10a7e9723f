package plan

type planError string

func (e planError) Error() string { return string(e) }

// Classes of what can be wrong with a plan, for errors.Is.
const (
	ErrTruncated    = planError("radio plan: too few bytes")
	ErrOversized    = planError("radio plan: too many bytes")
	ErrVersion      = planError("radio plan: unknown version")
	ErrNotCanonical = planError("radio plan: not the canonical form")
	ErrSignature    = planError("radio plan: not signed by the network's root key, or changed since")
	ErrOperator     = planError("radio plan of another network")
	ErrOlder        = planError("radio plan is not newer than the one held")
	ErrFile         = planError("not a file with a radio plan")
)
