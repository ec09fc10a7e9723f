package ident

// Labels keep apart what one key or one hash is used for. Each ends with a NUL
// and holds no other, so that none is the beginning of another. The list of
// all labels of the project is the const block in message/seal/labels.go.
const (
	LabelCertificate = "blackstart certificate v1\x00" // signed by the root key
	LabelCredential  = "blackstart credential v1\x00"  // signed by the root key
	LabelSuccession  = "blackstart succession v1\x00"  // signed by a root key, names its successor
	LabelOperator    = "blackstart operator v1\x00"    // hash of the root key
	LabelNextRoot    = "blackstart next root v1\x00"   // hash of a root key that is kept back
	LabelSignKey     = "blackstart sign key v1\x00"    // hash of a SignKey, its short form
	LabelBoxKey      = "blackstart box key v1\x00"     // hash of a BoxKey, its short form
)
