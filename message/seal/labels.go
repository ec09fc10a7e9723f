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
	LabelShift       = "blackstart shift v1\x00"            // by a person who works on a device

	// Hashes.
	LabelOperator = ident.LabelOperator
	LabelSignKey  = ident.LabelSignKey
	LabelBoxKey   = ident.LabelBoxKey
	LabelReceipt  = "blackstart receipt v1\x00" // tag of a direct bundle from its proof T
	LabelHead     = "blackstart head v1\x00"    // what a head says of the bundles that it lists

	// Key derivation.
	LabelOwnNumber  = "blackstart own number v1\x00"   // key that a node shares with itself alone
	LabelNonce      = "blackstart nonce v1\x00"        // nonces of challenges
	LabelDayStep    = "blackstart day step v1\x00"     // an epoch's key of the next day
	LabelLink       = "blackstart link v1\x00"         // link key of an epoch and day
	LabelBootstrap  = "blackstart bootstrap v1\x00"    // link key of frames that carry key blocks
	LabelGroup      = "blackstart group v1\x00"        // salt for day key and group secret
	LabelGroupDay   = "blackstart group day v1\x00"    // cipher of a group, origin and day
	LabelPairDay    = "blackstart pair day v1\x00"     // cipher of a pair, direction and day
	LabelMessageKey = "blackstart message key v1\x00"  // key of one text
	LabelPairMAC    = "blackstart pair mac v1\x00"     // salt for the secret of a pair
	LabelPairMACKey = "blackstart pair mac key v1\x00" // key of PairMAC

	// Message authentication codes.
	LabelGroupSeal = "blackstart group seal v1\x00"
	LabelPairSeal  = "blackstart pair seal v1\x00"
	LabelFrame     = "blackstart frame v1\x00"     // radio frames, under the link key
	LabelChallenge = "blackstart challenge v1\x00" // echo of a challenge, under a pair's key
	LabelAccept    = "blackstart accept v1\x00"    // acceptance of custody, under a pair's key
	LabelDelivered = "blackstart delivered v1\x00" // which bundle of a number a group's receipt means, under a pair's key
)
