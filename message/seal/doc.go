// Package seal makes keys from secrets, and closed messages from open ones.
//
// Keys holds what one node may derive: the link key of the network, a Cipher
// for each group, and a Cipher for each pair that the node is one of. Every
// lookup takes the epoch and the day. In this form there is one epoch; key
// blocks, which bring others, and day keys, which are stepped and erased, fit
// behind the same lookups.
//
//	network secret E ──┬─ link key                      (epoch)
//	                   ├─ + group secret S ── group key ── cipher (epoch, origin, day)
//	                   └─ + X25519 ────────── pair key ─┬─ cipher (epoch, origin, addressee, day)
//	                                                    └─ pair MAC
//
// A Cipher is SIV, a synthetic initialisation vector: the tag is a PRF of
// everything that is sealed, and the tag is also the nonce. What that buys, and
// what an 8-byte tag can and cannot do, stands at Cipher.
//
// The primitives are HKDF-SHA256, HMAC-SHA256, SHA-256, AES-256 in counter mode
// and X25519, all from the standard library.
package seal
