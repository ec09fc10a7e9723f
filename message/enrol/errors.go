package enrol

import "errors"

// Classes of failure. Errors of this package wrap one of them with the value
// that was wrong; Hint says what to do about each.
var (
	ErrArmour       = errors.New("not an armoured blackstart file")
	ErrKind         = errors.New("a blackstart file of another kind")
	ErrScan         = errors.New("not what a scanner types of a request")
	ErrTruncated    = errors.New("file ends too early")
	ErrOversized    = errors.New("file is larger than allowed")
	ErrVersion      = errors.New("unknown version of the file format")
	ErrNotCanonical = errors.New("file is not in its one valid encoding")
	ErrName         = errors.New("name is not usable")
	ErrBoxKey       = errors.New("box key is weak")
	ErrSignature    = errors.New("signature does not match")
	ErrNotMember    = errors.New("this node is not in the network file")
	ErrPackage      = errors.New("the package for this node does not open")
	ErrNoKeys       = errors.New("the network file brings this node no keys")
	ErrOtherRoot    = errors.New("network file is signed by another root")
	ErrOlder        = errors.New("network file is older than the one held")
	ErrConflict     = errors.New("two different network files carry one serial")

	ErrMalformed    = errors.New("something in the file is malformed")
	ErrPrivilege    = errors.New("more rights, groups or days than its kind may have")
	ErrOtherNetwork = errors.New("it belongs to another network")
	ErrTwice        = errors.New("one number, name or key stands twice")
	ErrRevoked      = errors.New("this node is revoked")
	ErrSuccession   = errors.New("the root key does not come from the pinned one as it promised")

	// For warnings, see Network.CheckDay.
	ErrNotYet = errors.New("this node's certificate is not valid yet")
	ErrEnded  = errors.New("this node's certificate has ended")
)

var hints = []struct {
	class error
	hint  string
}{
	{ErrArmour, "copy the whole file, from its BEGIN line to its END line"},
	{ErrKind, "requests come from blackstart init, network files from blackstart-authority export, files of persons from blackstart-authority person enrol"},
	{ErrScan, "scan it again; if it fails always, set the scanner to the keyboard layout of this machine, or take the request file"},
	{ErrTruncated, "copy the file again; it was cut short on the way"},
	{ErrOversized, "this is not a file made by blackstart; ask for it again"},
	{ErrVersion, "update blackstart on this machine; the file was made by a newer one"},
	{ErrNotCanonical, "copy the file again; it was changed on the way"},
	{ErrName, "choose 1 to 32 printable characters, not only digits, without space at the ends"},
	{ErrBoxKey, "make a new request with blackstart init"},
	{ErrSignature, "copy the file again; if it still fails, it was changed on purpose: tell the authority"},
	{ErrNotMember, "send this node's request file to the authority, have it enrolled, and join with the new network file"},
	{ErrPackage, "have this node enrolled again from its present request file"},
	{ErrNoKeys, "make a fresh request with blackstart request --renew, have the authority take it with blackstart-authority enrol --renew, and join with the network file made then"},
	{ErrOtherRoot, "this node belongs to another operator; to change it, make a new node directory with blackstart init"},
	{ErrOlder, "ask the authority for the newest network file"},
	{ErrMalformed, "copy the file again; if it still fails, ask the authority to export it anew with blackstart-authority export"},
	{ErrPrivilege, "do not use the file; tell the authority: blackstart-authority show lists who was given what"},
	{ErrOtherNetwork, "do not use the file; tell the authority: it holds something of another network"},
	{ErrTwice, "do not use the file; tell the authority: blackstart-authority list shows who has which number"},
	{ErrRevoked, "the authority locked this node out; to come back, make a new node directory with blackstart init and have its request taken by blackstart-authority reinstate"},
	{ErrSuccession, "stop and tell the authority: either its root key was stolen, or a promise of the next one was lost"},
	{ErrPIN, "try again; if it is forgotten, ask the authority for a new credential: blackstart-authority person enrol"},
	{ErrNotYet, "set this machine's clock; if it is right, ask the authority why"},
	{ErrEnded, "have it renewed: send this node's request to the authority, for blackstart-authority enrol"},
	{ErrConflict, "stop and tell the authority: somebody signed two files with one serial, or a backup of the authority was used"},
}

// Hint says what to do about an error of this package, or "".
func Hint(err error) string {
	for _, h := range hints {
		if errors.Is(err, h.class) {
			return h.hint
		}
	}
	return ""
}
