// Package bundle is the unit that is stored and forwarded: its bytes, how one
// is made, checked and opened.
//
// # Bytes, version 0
//
// All integers are big-endian; bit 0 is the least significant one.
//
//	size  field
//	   1  flags: bits 0-1 precedence (0 FLASH, 1 IMMEDIATE, 2 PRIORITY, 3 ROUTINE),
//	      bit 2 direct, 3 signed, 4 no receipt wanted, 5 lifetime present, 6-7 version 0
//	   2  origin, node number 1..65534
//	   1  bits 3-7: day mod 32, days since 1970-01-01 UTC; bits 0-2: epoch
//	   2  sequence number of the origin on that day
//	   2  created: 2-second units since the start of the day, 0..43199
//	   2  direct only: addressee, node number 1..65534, not the origin
//	   1  direct: key id, 0; else: group, 1..127
//	   1  only with bit 5: lifetime, see below
//	   8  tag
//	 n+1  sealed: content type, n bytes of body
//	  64  signed only: Ed25519 signature of the origin
//
// The header is everything in front of the tag. Origin, day with epoch, and
// sequence number are the ID. All bytes stay as they are on the whole way.
//
// The lifetime byte holds an exponent e in bits 5-7 and a mantissa m in bits
// 0-4: (m+1) * 4^e minutes. The smallest e that is exact is the only valid one,
// the default lifetime of the precedence is never written, and nothing above
// MaxLifetime is.
//
// A reader expands the day to the one nearest to its own. Tag, nonce and
// signature are bound to the full day (the first two through the key), so that
// a bundle does not come to life again after 32 days.
//
// A bundle to a group is sealed with the group's cipher of origin and day; a
// direct one with that of the pair. The signature covers a label, the full day
// (2 bytes) and all bytes in front of it: every relay checks it without opening
// anything. See package seal for why that is safe, docs/spec/bundle.md for the
// same in MUST language with a ledger of bytes, and testdata/vectors for
// examples, valid and with one fault each.
package bundle
