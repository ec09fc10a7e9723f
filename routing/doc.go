// Package routing decides which bundle goes to which neighbour next.
//
// It is store, carry and forward. Three parts, none of which knows bytes on
// the air, keys or a disk:
//
//   - Vectors: what this node has seen and what it knows to be delivered, as
//     interval sets per (origin, day), and how two nodes find the difference;
//   - Queue: per link, what is to be sent, to whom, and when again, in four
//     precedences;
//   - Timing: how long to wait for what on a link of a given speed.
//
// A neighbour is believed to lack a bundle when it was reachable as the bundle
// came into being here, or when its own vector says so. It is believed to hold
// it when it sent it, accepted it, or its vector says so. A task lives on a
// link's queue as long as somebody there is believed to lack its item.
//
// A broadcast serves everybody in reach at once; that is why a task carries a
// list of neighbours and is transmitted once for all of them.
package routing
