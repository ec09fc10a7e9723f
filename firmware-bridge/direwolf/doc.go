// Package direwolf runs real packet-radio modems without radios: N processes
// of the program Dire Wolf (1.6 or later), joined by sound through a channel in
// this process. Tests and the demo use it; nothing else does.
//
// Each modem sends its sound to an ALSA "file" device, which writes to a FIFO
// that the channel reads, and takes its sound from a UDP port on the loopback.
// The channel plays what comes out of the FIFOs at real time, in blocks of 10
// ms, adds what each station hears by a matrix of gains, mutes the receiver of
// a station that transmits, adds noise, and sends the sum. No sound card, sound
// server or privilege is needed. Loud signals add up; FM's capture of the
// stronger one is not modelled.
//
// A modem writes a whole transmission to the FIFO at once and then waits
// for as long as it lasts, so carrier sense, half duplex and collisions take
// place in real time, as on the air.
//
// Dire Wolf 1.6 never seeds its random numbers: all processes draw the same
// row for channel access, and those that wait together transmit together. Each
// station therefore has a persistence and a slot time of its own, see
// Config.Persist and Config.Slot.
//
// It works on Linux only; elsewhere Start says so. Mind that Dire Wolf accepts
// KISS clients on all network interfaces while it runs.
package direwolf
