// Package keyring is what a node keeps of keys, and when it forgets them.
//
// A State holds every secret that came from the authority: the bootstrap secret,
// the path in the key tree, the epochs that key blocks brought, the secrets of
// the groups, and for each block that was skipped what opens that one block. It
// is kept in a file of its own that is overwritten as a whole, because a
// database and a flash disk keep old pages; backups leave it out. Operations are
// pure: whoever keeps the State makes it durable before anybody sees an effect.
//
// # Forgetting
//
// Whoever takes a device reads what the State holds and what follows from it.
// So the keys of days that no live bundle can need are stepped over, and what
// opens skipped blocks is dropped. What decides is not the wall clock, which an
// attacker can set:
//
//   - Running is time that the node ran and that became durable. It cannot be
//     set ahead. With a day that the authority named, in a package or as the
//     first day of a block, it bounds the true day from below; a day's key goes
//     only if it is older than KeepDays by that bound and by the wall clock's
//     earliest time, and at most one in 20 hours of running.
//   - Only where time is certain (clock.Certain: a person confirms it, or a
//     fixed station and a second source) the clock alone decides, and at once.
//
// A clock at 1970 or five years ahead, or one that jumps, therefore erases
// nothing that a live bundle needs. Deriving ahead erases nothing and is free.
//
// # Encoding, version 1
//
// Integers are big-endian, times are milliseconds.
//
//	1        version, 1
//	32       bootstrap secret
//	9+32k    path: generation 2, height 1, number 2, serial 4, k = height+1 keys of 32
//	2        window: the days before are erased
//	8        running time
//	2+8      a day that the true day had reached, and the running time at that moment
//	8        running time when the pace last let a day go
//	8        running time when the pace last let a skipped block go
//	1+...    number of groups; each: id 1, secret 32, edition 4 (0: as the authority gave it),
//	         number of former secrets 0..8, each with the running time of its end 32+8,
//	         newest first; ascending by id
//	1+72e    number of epochs, 1..64; each: serial 4, first day 2, base day 2, key of the
//	         base day 32, digest of its block 32 (0: not known); newest first
//	1+...    number of skipped blocks, 0..64; each: as a path, running time when it was
//	         skipped 8, first certain day after that 2 (0: none yet); ascending by serial
//
// Every state has exactly one encoding; the files below testdata/vectors hold
// one fault each.
package keyring
