// Package ident says who is who: node numbers, keys, certificates, the roster.
//
// An operator's authority signs one Certificate per device. It ties a node
// number, a name, a role and rights to two public keys: a SignKey (Ed25519)
// that proves who said something, and a BoxKey (X25519) from which two nodes
// draw the key that only they share. The Roster is what a node knows of its
// network: the root key, the groups and the certificates.
//
// # Certificate, version 1
//
// All integers are big-endian. 147 to 210 bytes.
//
//	offset  size  field
//	     0     1  version, 1
//	     1     8  operator: first 8 bytes of SHA-256(label || root key)
//	     9     2  node number, 1..65534
//	    11     1  rights: bit 0 FLASH, 1 orders, 2 administration, 3 suspension; bits 4-7 are 0
//	    12     2  first day of validity, days since 1970-01-01 UTC
//	    14     2  last day of validity, not before the first
//	    16    32  Ed25519 public key
//	    48    32  X25519 public key
//	    80     1  length n of the name, 1..32
//	    81     n  name, UTF-8
//	  81+n     1  length r of the role, 0..32
//	  82+n     r  role, UTF-8
//	82+n+r    64  Ed25519 signature of the root key over label || all bytes before
//
// There is one encoding of each certificate, and the decoder takes no other.
// docs/spec/identity.md says the same in MUST language; the files below
// testdata/vectors hold one fault each.
package ident
