package keyblock

type blockError string

func (e blockError) Error() string { return string(e) }

// Classes of what can be wrong with a block, a part or a path, for errors.Is.
const (
	ErrTruncated    = blockError("key block ends too early")
	ErrOversized    = blockError("key block is larger than allowed")
	ErrVersion      = blockError("unknown version of the key block")
	ErrNotCanonical = blockError("key block is not in its one valid encoding")
	ErrSignature    = blockError("key block is not signed by this network's root key") // or by that of another operator

	ErrRevoked    = blockError("key block leaves this node out")
	ErrPassed     = blockError("the path has been stepped past this key block")
	ErrAhead      = blockError("key block is too many steps ahead of the path")
	ErrGeneration = blockError("key block is of another generation of the key tree")
	ErrCheck      = blockError("key block opens to a wrong secret")

	// Of parts.
	ErrNoHead   = blockError("part 0 of this key block has not been heard")
	ErrJunk     = blockError("not a part of this key block")
	ErrOccupied = blockError("too many key blocks are being put together")
)
