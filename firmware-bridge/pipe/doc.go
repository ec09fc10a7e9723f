// Package pipe carries frames over anything that takes bytes at one end and gives
// them back at the others, and knows no frames itself: licensed UHF data radios, LoRa
// modules in transparent mode, RS-485, a cable.
//
// Such a radio joins what is written in a short time and splits what is long, each
// part is lost by itself, squelch makes noise into bytes, and a start in the middle
// of a transmission is the rule. So frames need edges of their own.
//
// # On the wire
//
//	00 | COBS( data, CRC-32 ) | 00
//
// Consistent overhead byte stuffing (Cheshire and Baker, 1999) rids the content of
// zeros: a block is a byte c and c-1 bytes that are not zero, and stands for these and
// a zero, but for c = FF and for the last block. So 00 is an edge and nothing else,
// and the length needs no field. The CRC is IEEE 802.3's over the data, its highest
// byte first.
//
// The other design was a sync word, a length and the content: one byte longer for the
// same certainty, and not as robust. Noise that looks like a sync word and a long
// length swallows the good frame behind it, unless what was swallowed is kept and read
// again from its second byte on; and that waits for bytes which may come only with the
// next transmission. Here whatever goes before a frame ends at the frame's first 00,
// and whatever comes after it cannot spoil what its last 00 has ended. Seven bytes go
// with a frame of up to 250, one more with each 254 above that.
//
// # When a frame counts as sent
//
// Nothing tells, so it is reckoned from the speed of the serial line, the rate on the
// air and what each packet of the radio costs. While another's frame is coming in, ours
// waits; after that it waits for a number of slots that its own checksum draws, so that
// two who have waited for the same third seldom begin together. With echo=yes a frame of
// one's own that comes back is dropped: many RS-485 adapters hear themselves.
//
// Up means that the port is open and took our bytes: a pipe gives no way to tell a
// radio that hears nothing from one that is not there.
//
// # URL
//
//	pipe:///dev/ttyUSB0?baud=19200&rate=9600&packet=256&keyup=40ms
//	pipe:///dev/ttyS1?baud=115200&rate=115200&keyup=0s&echo=yes
//
// The parameters are listed in params.go. Both ends need the same. With packet the
// longest frame is what fits one, unless mtu says otherwise: a longer one is lost with
// any of its packets.
package pipe
