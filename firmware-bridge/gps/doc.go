// Package gps reads the time from a satellite receiver that speaks NMEA 0183,
// over a serial port or TCP.
//
// # On the wire
//
//	$ | talker 2 | type 3 | , field | , field ... | * | checksum 2 | CR LF
//
// Printable ASCII; the checksum is the exclusive or of what stands between $
// and *, in hexadecimal. The talker says which satellites: GP, GL, GA, GB, BD,
// GQ, QZ, GI, or GN for several. Of the types three matter:
//
//	RMC  1 hhmmss.ss  2 A valid, V not  9 ddmmyy  12 mode (since 2.3; A, D, F, P, R are fixes)
//	ZDA  1 hhmmss.ss  2 dd  3 mm  4 yyyy
//	GGA  1 hhmmss.ss  6 quality (0 none, 1..5 and 9 fixes, 6 estimated, 7 by hand, 8 simulated)  7 satellites
//
// # What makes a time
//
// RMC and, while one of the others says that there is a fix, ZDA. A date before
// FirstYear is refused: receivers count weeks with 10 bits, so that an old one
// falls back by 1,024 weeks. A time is given away only when the receiver has
// kept step with this machine for Steady: what a port held while the machine
// slept, and what a receiver guesses at first, does not.
//
// A sentence comes up to about a second after the moment that it names, and
// later the slower the port; see Early and Late. In its first quarter of an hour a
// receiver may not know the leap seconds yet, see LeapUnknown.
//
// # URL
//
//	gps:///dev/ttyUSB1?baud=4800
//	gps:///COM4
//	gps+tcp://127.0.0.1:2947
//
// TCP means a stream of sentences as it is (ser2net, gpsd's raw port), not gpsd's
// own protocol. The receiver is read only; nothing is ever written to it.
package gps
