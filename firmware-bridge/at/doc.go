// Package at is what radios that speak in lines of text have in common: the
// reading of lines, and a conversation of questions and answers. Below it is one
// package for each family.
//
// # On the wire
//
//	host: command CR LF        radio: answer CR LF, event CR LF
//
// Either of CR and LF ends a line, and empty lines do not count, since firmware
// differs in both. A line is bounded; one that begins and is followed by silence
// is dropped.
//
// # The conversation
//
// All that is said to a radio is a list of steps: one line, how long the answer
// may take, and what the answer means. Lines that answer nothing are events. The
// next step begins when the one before is answered, so that one line is
// outstanding at a time, and a radio that does not answer is known by the step
// at which it fell silent.
//
//	start --> idle --frame--> transmit --> idle
//	          idle --silence--> look --> idle
//
// # No listening before talking
//
// None of these radios listens before it transmits, but for those with RUI3 when
// they are told to (AT+CAD). The others take turns by what they hear, which is the
// ends of frames (turn.go). That lets a full queue be answered; it does not keep
// two frames apart that begin at the same time, and strangers' frames that the
// radio does not pass on are not waited for.
package at
