// Package enrol holds the two files that travel between a node and its
// operator's authority, by USB stick, mail or messenger:
//
//   - a Request goes from a new node to the authority. It carries the wish for
//     a name and a role, the node's public keys, and a signature that proves
//     possession of the signing key. It is not secret. Who reads its check
//     code aloud to the authority proves that nobody exchanged the keys on the
//     way.
//   - a File goes from the authority to every node: one signed file for the
//     whole network, with all certificates and credentials, who is revoked and
//     whose mail goes where, the key blocks of two weeks and, for each node, a
//     package of secrets sealed to that node's box key. It may be published; it
//     shows outsiders the names and keys of the members, and no secret.
//
// Both are canonical binary encodings (decode then encode gives the same
// bytes) wrapped in an armoured text. Nothing in a file is believed before
// Open has checked the root's signature over all of it, each certificate, and
// that the file is of the pinned root, or of one that the pinned root promised,
// and not older than what the node holds.
//
// A Keyset is the secrets of the network as the authority holds them, from which
// packages and key blocks are made.
//
// The package is pure: entropy, verifier and the state that a node holds are
// handed in.
package enrol
