// Package reference holds protocols that are not Blackstart's, written from their
// published rules, so that both can be watched in the same world: the same radios,
// places, faults, people and oracle.
//
// None of it is code of the projects whose rules it follows, and none of it is
// compatible with their devices: a frame here is as long as theirs and carries what
// the rules need, not what their formats say. Each file names the source of its rules
// and what it leaves out.
//
// A protocol at one node is an Actor: one pure step, as mesh.Node is, in the words of
// this package, because what is measured here has no keys, no disk and no record.
package reference
