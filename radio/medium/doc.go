// Package medium is one shared half-duplex radio channel, as pure events.
//
// Stations hand frames over with Send; Next says when something happens next;
// Advance lets it happen and returns what the stations notice. The package has
// no clock: the simulator drives it from its event heap, the demo's built-in
// modem from a goroutine with a timer, and both get the same channel.
//
//	send -> wait for a clear channel -> key up, transmit -> arrive at hearers
//
// # Modelled
//
// Always: the rate and fixed cost of each transmission (TXDELAY and tail),
// framing bytes, one propagation delay, who hears whom, half duplex, the time
// that a carrier needs to be noticed, p-persistent carrier sense as in a KISS
// TNC, hidden stations.
//
// Without a Receiver a channel is a matter of who hears whom: transmissions
// that overlap at a hearer destroy each other, but for capture of the stronger
// one if wanted. That is enough for devices on a desk.
//
// With a Receiver it is one of powers. Each path has a received power in dBm,
// to which each frame adds a fading of its own at each hearer. What stays below
// the sensitivity is not received, and disturbs others nevertheless. Frames
// that overlap disturb each other by their power, their spreading factors, how
// long they overlap and in which part of the frame; interferers add up. A
// receiver may stay with the frame that came first. Carriers are noticed down
// to somewhat below the sensitivity. Stations may be of different spreading
// factors, and on different bands, and some may jam.
//
// # Left out
//
// Fading within a frame; bit errors (a frame arrives whole or not at all, as
// behind an FCS); leakage from other bands; a receiver that needs time to turn
// round; carrier detection that fails by chance; frequency offsets and drifting
// clocks; what a station that comes to a band would notice of transmissions that
// are on the air there already.
//
// # Reproducible
//
// Powers are whole thousandths of a dB; a power in milliwatt follows from it by
// additions and multiplications that give the same bits on every machine.
// Fading and loss under a Receiver follow from hearer, sender and how many
// frames it has sent before: a further station, path or frame shifts no luck of
// others.
package medium
