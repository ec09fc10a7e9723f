// Package sim runs whole networks of real nodes in one goroutine.
//
// A World holds nodes of type mesh.Node, the very same that the daemon runs,
// each with a store in memory, and the links between them: radio channels (by
// package radio/medium) and LANs (by package sim/segment). It carries out their effects one by one, in
// order, with a disk that takes its time; it loses, flips, repeats and replays
// frames, cuts links, fails commits, and crashes nodes between any two
// effects. Checkers watch every effect, every frame and every store.
//
// In the place of all nodes may be guests, actors of another protocol (package
// sim/reference), with the same links, people and faults, so that both can be compared.
// What goes wrong at what time is a list of Incidents. World.Result says of each
// message when it came to whom, and when it could have come at the earliest
// (package sim/oracle).
//
// World.Attack puts attackers beside the nodes: outsiders, nodes that were locked
// out, members who do not keep the rules. They are made of the bytes that they hear
// and the keys that they have, and are no nodes. World.LockOut, Enrol, Backup, Restore
// and Copy are what the authority, a keeper and a thief of disks do.
//
// # Reproducible
//
// A run follows from its Options alone, the seed among them. There is one agenda
// of events ordered by time and sequence, and one random source per node and
// purpose, derived by hashing the seed with both, so that adding a node shifts
// no other node's luck. World.Hash is a SHA-256 over everything that happened;
// the same options give the same hash on every machine.
//
// # What is simulated, and what is not
//
// Time passes only between events: a Step takes none. A commit takes a random
// time, during which further Steps happen; what it joins is random too. A
// crash takes the node's memory, its effects that have not left, and with even
// odds the commit under way; a commit is never torn. Signatures are checked
// for real but once: all nodes share one memory of what was verified. Guests have no
// disk: a crash takes all that they know. Bits flipped on the way to a guest lose the
// frame, as the checksum of its radio would.
package sim
