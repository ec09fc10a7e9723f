// Package ident says who is who: node numbers, keys, certificates, the roster.
//
// An operator's authority signs one Certificate per device. It ties a node
// number, a name, a role, rights and groups to two public keys: a SignKey
// (Ed25519) that proves who said something, and a BoxKey (X25519) from which two
// nodes draw the key that only they share. A Credential does the same for a
// person, who may use any device. The Roster is what a node knows of its
// network: the root key, the groups and the certificates. A Succession is a root
// key's word on the root that comes after it.
//
// # Certificate, version 2
//
// All integers are big-endian. 164 to 227 bytes.
//
//	offset  size  field
//	     0     1  version, 2
//	     1     8  operator: first 8 bytes of SHA-256(label || first root key)
//	     9     2  node number, 1..65534
//	    11     1  rights: bit 0 FLASH, 1 orders, 2 administration, 3 suspension; bits 4-7 are 0
//	    12     1  kind: 0, or bit 0 guest, or bit 1 fixed station
//	    13     2  first day of validity, days since 1970-01-01 UTC
//	    15     2  last day of validity, not before the first
//	    17    16  groups: bit g%8 of byte g/8 for group g; bits 0 and 127 are 0
//	    33    32  Ed25519 public key
//	    65    32  X25519 public key
//	    97     1  length n of the name, 1..32
//	    98     n  name, UTF-8
//	  98+n     1  length r of the role, 0..32
//	  99+n     r  role, UTF-8
//	99+n+r    64  Ed25519 signature of the root key over label || all bytes before
//
// Version 1 had neither kind nor groups: every node was in every group.
//
// There is one encoding of each certificate, and the decoder takes no other.
// docs/spec/identity.md says the same in MUST language, and has credentials and
// successions; the files below testdata/vectors hold one fault each.
package ident
