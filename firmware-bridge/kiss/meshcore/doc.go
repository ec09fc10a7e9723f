// Package meshcore speaks with the KISS modem firmware of MeshCore, which makes a
// plain LoRa modem of the boards that MeshCore runs on. Package kiss opens it, by
// the parameter modem=meshcore.
//
// # On the wire
//
// KISS at 115,200 bit/s (package wire), port 0. A data frame is a LoRa packet of up
// to 255 bytes; the modem drops a longer one without a word. It takes one packet at
// a time. TXDELAY, P and SlotTime are KISS's own and have no answer. All else is
// SetHardware (6), with a code before the content:
//
//	06 | code 1 | content
//
// An answer has the code of its question with the high bit set, or F0 (done) or F1
// (refused, with a reason). Unasked come F8 (a packet has left: 1, or has not: 0)
// and, after each data frame, F9 (SNR x 4 and RSSI of it, signed). Integers are
// little-endian; codes are listed in codec.go. (docs/kiss_modem_protocol.md of
// MeshCore 1.17.1.)
//
// # Set-up
//
//	ping --> version --> name --> signal reports on --> radio --> power
//	--> what is the radio set to? --> and the power? --> TXDELAY, P, SlotTime
//
// One question at a time: the modem has room for two answers. What it was told is
// asked back and compared, since it forgets all when it starts anew, and starts with
// settings of its own, on another frequency. It says nothing when it does, so both
// are asked again before each packet, which costs some milliseconds.
//
// # When a frame counts as sent
//
// When the modem says so. One that says nothing for too long is asked whether it is
// still there, and the frame is reported as not sent. A packet that it refuses
// because one is still waiting is handed over again.
package meshcore
