// Package kiss speaks KISS, the protocol between a computer and a packet-radio
// modem (TNC), over a serial port or TCP, and offers it as a radio.Link.
//
// # On the wire
//
//	C0 | type 1 | data, escaped | C0
//
// The type's high nibble is the modem's port 0..15, its low nibble the command:
// 0 data (both ways), 1 TXDELAY, 2 P, 3 SlotTime, 4 TXtail (to the modem, one
// byte each). In type and data C0 is written DB DC and DB is written DB DD. One
// C0 may end a frame and begin the next; empty frames mean nothing. There is no
// checksum, no flow control and no report that a frame was transmitted.
// (Chepponis and Karn, The KISS TNC, 1987.)
//
// # What the link does
//
// Frames go to the modem as they are, without an AX.25 header: they are sealed,
// and an address in clear would say who speaks. A Frame's To is ignored, since all
// in reach hear a frame. Dire Wolf drops frames of fewer than 15 bytes without a
// word, so the link refuses them (ErrTooShort) and does not deliver them; the
// shortest frame of the mesh, a hello, has 18.
//
// A service whose licence asks for call signs gives its own, by ax25=CALL-1: then
// each frame goes as an AX.25 UI frame (package ax25), which costs 16 bytes of it,
// and what others send is counted and dropped. The content stays sealed, which
// amateur licences mostly do not allow. FX.25 is the modem's affair.
//
// Bytes that are no frame (noise of a wrong speed, half a frame, a modem's
// start-up text) are counted, see Counters, and cost no more memory than one
// frame. They do not take the link down: KISS gives no way to tell a modem that
// hears nothing from one that is not there, so Up means that the port is open
// and took our bytes.
//
// # When a frame counts as sent
//
// Plain KISS does not tell, so the link computes it, and hands the modem the
// next frame only then. See pace. The aim is that seldom a frame waits in the
// modem, because what waits there can no longer be overtaken by a FLASH.
//
// # URL
//
//	kiss:///dev/ttyUSB0?baud=9600&rate=1200
//	kiss:///COM3
//	kiss+tcp://127.0.0.1:8001?rate=9600&txdelay=100ms&ax25=N0CALL-1
//	kiss:///dev/ttyACM0?modem=meshcore&freq=869.618M&bw=62.5k
//
// The parameters are listed in Params. txdelay, persist, slot and tail are sent
// to the modem at each opening if the URL gives them; else the modem keeps its
// own, and the link reckons with the defaults. modem=meshcore is the LoRa modem of
// package meshcore, which tells more and is told more. Settings that other modems
// have of their own (SetHardware of Kenwood and Mobilinkd) are made at the modem.
package kiss
