// Package keyblock locks nodes out: it moves a whole network to a new secret
// that all nodes can open but the revoked, with one small broadcast.
//
// Every node is a leaf of a binary key tree and holds the keys on its Path to
// the root. A Block wraps one fresh secret under the keys of the few vertices
// below which everybody is but no revoked node: complete-subtree broadcast
// encryption (Naor, Naor, Lotspiech 2001). Each key steps once for each block
// serial, one way, so that a path says nothing about blocks before it.
//
// # Keys
//
// Integers are big-endian, Expand and Extract are those of HKDF-SHA256, each
// label ends with a NUL. v is a heap index: root 1, children 2v and 2v+1, the
// leaf of node number x in a tree of height h is 2^h + x.
//
//	K_v(0)   = Expand(seed of the generation, "blackstart tree vertex v1" || U32 v, 32)
//	K_v(s+1) = Expand(K_v(s), "blackstart tree step v1", 32)
//	O_v(s)   = Expand(K_v(s), "blackstart tree opener v1", 32)       opens one block, and steps nowhere
//	wrap_v   = B xor Expand(O_v(s), "blackstart key wrap v1" || operator 8 || U16 generation
//	                        || U32 serial || U32 v || salt 8, 16)
//	E        = Extract(salt: "blackstart network secret v1" || operator 8 || U32 serial || salt 8, secret: B)
//	check    = HMAC(E, "blackstart key check v1")[:8]
//
// s is the block's serial less the serial at which the generation starts. B is
// 16 fresh random bytes of each block. E is the network's secret on the block's
// first day.
//
// # Block
//
// A block travels as 1 to 256 parts of at most 204 bytes, which fit a frame of
// 220. The authority's key signs part 0, and part 0 holds digests of the others.
//
//	part 0   1      version, 1
//	         2      first day, days since 1970-01-01 UTC
//	         2      generation
//	         1      height h of the tree, 1..16
//	         2      top: the highest node number at the time, below 2^h and 65535
//	         2      r: how many numbers of this generation are revoked
//	         1      P: how many parts follow
//	         8      salt
//	         8      check
//	         2r     if r <= 16: the revoked numbers, ascending, each 1..top
//	         32     if r > 16: SHA-256 of them, and they begin the body
//	         8d     digests of parts 1..d
//	         rest   the beginning of the body
//	         64     Ed25519 signature of the root over
//	                "blackstart key block v1" || operator 8 || U32 serial || all of part 0 before
//
//	body     the revoked numbers if r > 16, then the wraps, 16 bytes each, of the
//	         vertices of the cover in the order of their leaves
//
//	digest   SHA-256("blackstart key part v1" || U32 serial || salt 8 || U8 index || the part)[:8]
//
// Up to P = 10, d = P. Beyond, d = P/26 rounded up; parts 1..d are lists of 25
// digests each (the last may be shorter) of parts d+1..P, in order. The body
// fills part 0 and then the parts behind the lists, 204 bytes each but the last;
// P is the smallest for which it fits. Every block has exactly one encoding.
//
// The cover is not sent, it follows from h, top and the revoked numbers: going
// down from the root, a vertex without a number in 1..top below it is left out;
// one without a revoked number below it is covered; any other is followed to
// its two children.
//
// In a frame a part is in a KeyPart item, behind serial 4 and index 1, see
// radio/frame. In a file a block is U32 serial || all parts in order. Serials are
// 1..2^31-1.
//
// docs/spec/keyblock.md says the same in MUST language and why it is safe;
// the files below testdata/vectors hold one fault each.
package keyblock
