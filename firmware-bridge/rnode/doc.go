// Package rnode speaks with an RNode, a LoRa modem whose firmware is made for
// packet networks, over a serial port or TCP, and offers it as a radio.Link.
//
// # On the wire
//
//	C0 | command 1 | payload, escaped | C0
//
// In the payload C0 is written DB DC and DB is written DB DD; integers are
// big-endian. One C0 may end a frame and begin the next. There is no checksum,
// so half a data frame that is followed by silence is dropped. (The protocol as
// RNode firmware 1.86 speaks it; commands are listed in codec.go.)
//
// # Set-up
//
//	DETECT, FW_VERSION, PLATFORM, MCU --> frequency, bandwidth, power, SF, CR,
//	[airtime limits], RADIO_STATE 1 --> every value comes back as the radio took it
//
// A radio that answers otherwise is refused with the name of the value: it clamps
// what its chip cannot do, and a node that is louder or wider than its plan says
// is unlawful. Firmware before 1.52 is refused.
//
// # When a frame counts as sent
//
// The firmware does not tell. It says whether its queue has room, and only when
// it is asked (READY). So the link reckons when the frame has left, from the exact
// time on air, waits while others transmit, and asks then; with no room it waits
// longer, with no answer the radio is opened anew. A frame above 254 bytes goes
// out as two transmissions and is lost with either.
//
// # URL
//
//	rnode:///dev/ttyACM0?freq=869.525M&sf=8
//	rnode+tcp://192.0.2.7:7633?freq=433.5M&bw=62.5k&power=10
//
// The parameters are listed in params.go. freq has no default, since what is
// allowed depends on where the radio is.
package rnode
