package meshtastic

import (
	"errors"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Scheme is the scheme of the links' URLs; with "+tcp" for a radio on an IP network.
const Scheme = "meshtastic"

// Params returns the parameters of the links' URLs.
func Params() []bridge.Param {
	baud := bridge.Baud
	baud.Default = 115_200
	no := []string{"no", "yes"}
	return []bridge.Param{
		baud,
		{Name: "channel", Default: 0, Min: 0, Max: 7, Meaning: "index of the radio's channel, the same name and key on all radios"},
		{Name: "hops", Default: 0, Min: 0, Max: 7, Meaning: "how often other radios repeat a packet; our mesh passes on what is needed by itself"},
		{Name: "ack", Words: no, Meaning: "whether the radio listens for repetitions and repeats itself"},
		{Name: "mtu", Default: MaxData, Min: radio.MinMTU, Max: MaxData, Meaning: "longest frame, bytes"},
	}
}

// errAckHops: firmware takes a hop limit of 0 on a packet that wants an
// acknowledgement for "no preference" and puts in its own.
var errAckHops = errors.New("ack=yes needs hops=1 or more: without a repetition there is nothing to hear")

// checkParams finds parameters that do not go together.
func checkParams(u *bridge.URL) error {
	if u.Word("ack") == "yes" && u.Number("hops") == 0 {
		return errAckHops
	}
	return nil
}
