// Package meshtastic speaks with a radio that runs Meshtastic's firmware, over a
// serial port or TCP (port 4403), and offers it as a radio.Link. The radio stays
// what it is: it goes on as a node of its own mesh, on its own channels.
//
// # On the wire
//
//	94 C3 | length 2, big-endian, at most 512 | protobuf
//
// The radio gets ToRadio messages and gives FromRadio ones; toradio.go and
// fromradio.go list the fields that are used, all others are passed over. There is
// no checksum and no escape. Until it is first spoken to the radio writes lines of
// text, and again when it has started anew. Opening begins with C3 32 times, which
// wakes it; if it does not answer, C3 as often as its longest message fills up what
// an earlier host left half written.
//
// # Set-up
//
//	want_config 69420 --> my_info, metadata, channels, config ..., complete 69420
//	heartbeat --> queueStatus
//
// Nothing is changed in the radio. It is refused, with what to do about it, when its
// region is not set or belongs to radio amateurs, when it may not transmit, when the
// channel is not there, or when it keeps our packets for itself. Its modem preset
// says what a frame costs on the air; a signature that firmware 2.8 adds to what
// fits counts.
//
// # Frames
//
// A frame is the payload of one broadcast of PRIVATE_APP (port 256), 231 bytes at
// most. Its packet id is never used twice, since the radio drops what it saw before
// and makes the cipher's nonce of it: ids count up from a random number.
//
// hops is how often other radios repeat the packet. It is 0 unless the URL says
// otherwise: our own mesh decides who passes on what, and a copy from each radio in
// reach would cost the airtime of the frame again without bringing it further than
// our relays do.
//
// ack=yes asks the radio to listen whether another repeats the packet (an implicit
// acknowledgement), and to send it up to three times. It tells nothing that our own
// acceptances do not, and needs hops of 1 or more; it is for judging a site.
//
// # When a frame counts as sent
//
// The radio says at once whether its queue took the packet, and not when the packet
// left the queue. So the link reckons when the frame has left, waits while others are
// heard, and asks then (a heartbeat is answered by the state of the queue): empty,
// the frame was sent; otherwise it waits until it is, and for as long as the frame
// takes. A frame is handed over only while there is room. A refusal, such as that of
// the duty cycle, is the frame's error and no fault of the link.
//
// # What the radio sends of its own
//
// Telemetry, position and the like are told to the node's account of airtime as they
// enter the queue, by their longest usual length. What the radio repeats for its own
// mesh shows nowhere; the radio itself keeps its region's duty cycle, all included.
// EU_868 is one place on the band and so told exactly, of other regions the name where
// it is one that the account knows.
//
// # URL
//
//	meshtastic:///dev/ttyACM0
//	meshtastic+tcp://192.0.2.7:4403?channel=1
//
// The parameters are listed in params.go.
package meshtastic
