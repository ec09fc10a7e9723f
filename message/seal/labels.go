package seal

import "github.com/blackstart-mesh/blackstart/message/ident"

// Labels keep apart everything that one key, secret or hash is used for. This
// block is the list of those of the messages and of what carries them; the
// files of enrolment keep theirs, of the same form, in message/enrol. Each
// begins with "blackstart", ends with a NUL and holds no other: none is the
// beginning of another, so what follows a label can never turn it into a
// different one.
const (
	// Signatures.
	LabelCertificate = ident.LabelCertificate               // by the root key
	LabelBundle      = "blackstart bundle signature v1\x00" // by the origin of a bundle

	// Hashes.
	LabelOperator = ident.LabelOperator
	LabelSignKey  = ident.LabelSignKey
	LabelBoxKey   = ident.LabelBoxKey
	LabelReceipt  = "blackstart receipt v1\x00" // tag of a direct bundle from its proof T

	// Key derivation.
	LabelNetwork    = "blackstart network v1\x00"      // salt for the network secret
	LabelLink       = "blackstart link v1\x00"         // link key
	LabelGroup      = "blackstart group v1\x00"        // salt for network and group secret
	LabelGroupDay   = "blackstart group day v1\x00"    // cipher of a group, origin and day
	LabelPairDay    = "blackstart pair day v1\x00"     // cipher of a pair, direction and day
	LabelPairMACKey = "blackstart pair mac key v1\x00" // key of PairMAC

	// Message authentication codes.
	LabelGroupSeal = "blackstart group seal v1\x00"
	LabelPairSeal  = "blackstart pair seal v1\x00"
	LabelFrame     = "blackstart frame v1\x00"  // radio frames, under the link key
	LabelAccept    = "blackstart accept v1\x00" // acceptance of custody, under a pair's key
)
