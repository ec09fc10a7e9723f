package pipe

import (
	"fmt"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Scheme is the scheme of the links' URLs; with "+tcp" for a radio behind TCP.
const Scheme = "pipe"

const (
	leastPacket = 16
	mostPacket  = 4096
	longestMTU  = 255 // unless the URL says otherwise
)

// Params returns the parameters of the links' URLs.
func Params() []bridge.Param {
	return []bridge.Param{
		bridge.Baud,
		{Name: "rate", Default: 9600, Min: 50, Max: 10_000_000, Meaning: "speed on the air or on the cable, bit/s"},
		{Name: "packet", Default: 0, Min: 0, Max: mostPacket, Meaning: "most bytes that the radio sends at once; 0: as many as come"},
		{Name: "keyup", Step: time.Millisecond, Default: int64(50 * time.Millisecond), Max: int64(5 * time.Second), Meaning: "what each packet costs on the air beside its bytes"},
		{Name: "slot", Step: time.Millisecond, Default: int64(50 * time.Millisecond), Max: int64(5 * time.Second), Meaning: "a unit of waiting after another's frame"},
		{Name: "echo", Words: []string{"no", "yes"}, Meaning: "whether what is written comes back, as from RS-485 adapters"},
		{Name: "mtu", Default: longestMTU, Min: radio.MinMTU, Max: MaxData, Meaning: "longest frame, bytes"},
	}
}

func newDriver(u *bridge.URL) (bridge.Driver, radio.Profile, error) {
	air := Air{BitsPerSecond: u.Number("rate"), Packet: u.Number("packet"), PerPacket: u.Duration("keyup")}
	if air.Packet > 0 {
		if air.Packet < leastPacket {
			return nil, radio.Profile{}, fmt.Errorf("packet=%d, want 0 or %d..%d", air.Packet, leastPacket, mostPacket)
		}
		u.Assume("mtu", int64(air.MTU()))
	}
	c := Config{
		Profile: air.Profile(u.String(), u.Number("mtu")),
		Air:     air,
		Slot:    u.Duration("slot"),
		Echo:    u.Word("echo") == "yes",
	}
	if u.Over == bridge.OverSerial {
		c.Serial = u.Number(bridge.Baud.Name)
	}
	return New(c), c.Profile, nil
}
