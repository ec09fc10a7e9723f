// Package contact holds who can reach whom, and when, as a list of changes: the
// connection of two nodes comes up, or goes down. It reads and writes such lists, and
// lists of messages, in the text formats of the ONE simulator, in which most
// published contact traces exist.
//
// The formats are those of its reports ConnectivityONEReport and
// CreatedMessagesReport, one thing a line:
//
//	1.00 CONN 81 88 up
//	32.0000 M1 634 n14 n38 300 N
//
// which is: seconds, CONN, two nodes, up or down; and: seconds, the name of the
// message, bytes, from, to, minutes that it lives (or n/a), whether it answers
// another one. Letters before the number of a node, which name its group in the ONE,
// carry nothing and are dropped. What follows a # is a comment.
//
// A connection has no direction, no rate and no strength here: a trace says none of
// that. Other lines of the ONE (a host's position, the creation and removal of
// single copies) are not read.
package contact
