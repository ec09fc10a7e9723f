// Package seal makes keys from secrets, and closed messages from open ones.
//
// Keys holds what one node may derive. A key block brings a network secret E,
// which begins an epoch; from day to day the epoch's key takes a one-way step,
// and everything hangs on the key of the day:
//
//	E (epoch) = key of its first day ── step ── key of day d ── step ── ...
//	                                              ├─ link key
//	                                              ├─ + group secret S ── cipher (group, epoch, origin, day)
//	                                              └─ + X25519 ────────── cipher (pair, direction, epoch, day)
//	X25519 of two nodes ── pair MAC               (no epoch, no day)
//	bootstrap secret ── link key of frames that carry key blocks
//
// Going ahead is free; the days that nothing alive can need are erased, and
// with them every key that hung on them.
//
// A Cipher is SIV, a synthetic initialisation vector: the tag is a PRF of
// everything that is sealed, and the key of each text comes from its tag. What
// that buys, and what an 8-byte tag can and cannot do, stands at Cipher.
//
// The primitives are HKDF-SHA256, HMAC-SHA256, SHA-256, AES-256 in counter mode
// and X25519, all from the standard library.
package seal
