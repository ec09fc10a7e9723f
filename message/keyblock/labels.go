package keyblock

// Domain separation, beside the list in message/seal and of the same form: each
// ends with a NUL and none is the beginning of another.
const (
	labelVertex  = "blackstart tree vertex v1\x00"    // key of a vertex from the seed
	labelStep    = "blackstart tree step v1\x00"      // the same vertex, one serial on
	labelOpener  = "blackstart tree opener v1\x00"    // what opens one block
	labelWrap    = "blackstart key wrap v1\x00"       // pad over the block's secret
	labelNetwork = "blackstart network secret v1\x00" // salt for the network's secret
	labelCheck   = "blackstart key check v1\x00"      // check value of the network's secret
	labelBlock   = "blackstart key block v1\x00"      // signature by the root key
	labelPart    = "blackstart key part v1\x00"       // digest of a part
)
