// Package oracle computes the earliest time at which anything at all could have
// brought a message to a node, and names what became of it in the light of that: a
// message that did not come is impossible, or lost by the protocol.
//
// The world is a list of directed edges, each open for a while and taking so long, and
// of outages of nodes. The answer is the earliest arrival over time-respecting paths
// (Dijkstra's search, over arrival times): whoever has the message can pass it on over
// any edge that is open, as often as it likes, to all at once.
//
// # What is left out
//
// Capacity: no transmission waits for another one, none collides, none is lost, every
// store is large enough, and nobody's turn, duty cycle or ignorance delays anything. So
// the answer is a bound that no protocol beats and that most cannot reach. For that
// bound to hold, edges have to be generous: an edge for every path that may carry a frame, if
// only with luck (fading), and the time of the shortest transmission that will do. Where
// a message travels in pieces that are passed on before the last one has come, an
// edge takes the time of one piece.
package oracle
