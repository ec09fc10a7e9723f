// Package people says who writes what to whom, when, and how urgently: it makes the
// list of messages of a run from habits and luck.
//
// A Source is one habit of some nodes: a position every quarter of an hour, free text
// now and then, twenty alarms when a line falls. Its times are its own: on average or
// at fixed intervals, of each writer or of all together, or given one by one. Surges make
// everybody, or some, write faster for a while.
//
// Each writer of each source has luck of his own, so that another node or source
// changes nothing of what the others write, but for the messages that are written to
// the new node. All draws are made of whole numbers (see sim/chance): the list is the
// same on every machine.
//
// # What is left out
//
// Nobody answers, asks again, or writes because of what he read. What people do
// depends on the time and on no other thing.
package people
