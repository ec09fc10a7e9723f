package enrol

// Domain separation, beside the list in message/seal: each thing that is signed or hashed here begins with its
// own label, ended by a zero byte, so that no signature or code of one kind
// can be shown as one of another.
const (
	labelRequest     = "blackstart enrol request v2\x00"
	labelNetwork     = "blackstart enrol network v2\x00"
	labelRequestCode = "blackstart enrol request code v2\x00"
	labelRootCode    = "blackstart enrol root code v1\x00"
)

// Versions of the encodings. They only climb.
const (
	requestVersion = 2 // 1 had no package key
	networkVersion = 2 // 1 had one epoch for ever, and everybody in every group
	packageVersion = 2 // 1 held the network's secret itself, open to the lasting box key
)
