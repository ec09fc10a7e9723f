// Package p2p is the link over IP: it carries frames between nodes of one
// operator with libp2p, over QUIC and TCP, on a LAN or between fixed addresses.
//
// # Who is let in
//
// A node's libp2p identity is its own Ed25519 signing key, so that the TLS 1.3
// handshake of either transport proves the possession of the key that the
// node's certificate names. Three gates stand behind each other:
//
//  1. The connection gater refuses every peer whose key is not in the roster,
//     right after TLS. (The dialling side hears of it late: a dial that
//     succeeded proves nothing.)
//  2. On the first stream both sides show their certificates and the operator
//     they belong to (Hello). Only then is the peer admitted: it becomes a
//     contact, its frames are heard, frames are sent to it.
//  3. Gossip sees admitted peers only: it runs on a host that shows it nobody
//     else, and what a peer sends is inspected for admission once more.
//
// A connection that is not admitted within AdmissionLimit is closed. A node
// that leaves the roster is disconnected within about a second.
//
// # How frames travel
//
// Each pair of nodes holds one session: a stream, opened by the node with the
// lower number, that carries length-prefixed records both ways (frames,
// keepalives, the list of one's own neighbours) and ends with its connection.
// A frame for one neighbour goes over its session. A frame for all goes over
// every session while that reaches everybody that can be reached, which each
// side knows from the lists of its neighbours; once somebody is beyond them,
// or there are more than DirectLimit neighbours, it is published by gossipsub,
// which carries it on from node to node.
//
// Both are kept because each is the better one in its place: in a full mesh of
// five, gossip forwards each frame to neighbours that have it already and gives
// no back-pressure; in a line or a large network, sessions do not reach far.
//
// Nothing here is relied upon for delivery: a stalled neighbour is dropped, a
// full queue loses frames for that neighbour and counts them, and the routing
// above repairs it.
//
// # What it never does
//
// No public infrastructure of any kind is contacted: no bootstrap, DHT, relay,
// hole punching, port mapping, address probe or metrics. Only addresses that
// the operator configured, that mDNS announced on a directly attached network,
// or from which an admitted peer came are dialled; names are looked up only
// where the operator wrote one.
package p2p
