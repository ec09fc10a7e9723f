// Package ledger keeps what the law, or the operator, allows a radio to transmit.
//
// For finds the Rule of a link from where it transmits: regulations are a table
// (law.go), each with its source. A Ledger counts what was transmitted in one band
// and says when the next transmission may begin.
//
// # Why the limit holds
//
// A transmission begins only if all that counts, itself included, is within the
// limit, and it counts from before it begins until more than a window after its end.
// So at the beginning of the last transmission of any window, all others of that
// window counted, and their sum with it was within the limit.
//
// A device may say that a frame has left while it still waits to send it. So a
// transmission counts for a sixtieth of the window longer (late). It is kept in slots of
// a 360th of the window, by the end of its slot; the two together make an hour 61
// minutes and up to 10 seconds long. Both err against us.
//
// # Urgent first
//
// A fifth of each budget of hours (ReservePercent) is there for what is urgent
// alone, and two thirds of that fifth, as much as the longest frame may take, for
// FLASH alone. The rest is paced: after a burst of ten minutes' worth it comes as it is
// used up, so that a node that has too much to say falls silent for seconds, not
// for most of an hour. No burst is saved up while the limit itself holds, or all nodes
// that began together would burst, and collide, in the same minutes of each hour. What
// is under way, such as the fragments of a message, is not held up by the pace: the
// pause comes after it.
//
// # After a restart
//
// What was used must not be forgotten. Two designs were looked at. Storing each
// transmission before it begins costs a synchronous write for each. Storing totals
// now and then forgets what came after, and taking all of an hour's budget for used
// after each start silences a node that is switched on in need. So: the node
// stores a snapshot (Append) with a claim on airtime ahead, and a new one when the
// claim is used up; a claim is a sixtieth of the budget or one frame. After a crash
// all that was claimed counts as used (Restore). Ages in a snapshot count from when
// it was stored; the time since then only where a clock proves it, or else not at
// all: what is not known is taken at its worst, and status says how much that is.
// Windows of seconds are not stored: they count as full at the start. So does an hour in a
// store that was put back from a backup.
//
// # What it does not do
//
// Power is for people: a modem does not know its antenna. Listening before talking
// would allow more in some bands, and is not reckoned with. Several links of a node
// in one band share one ledger. The law counts for each transmitter: other
// machines, or other programs on this one, are not seen.
package ledger
