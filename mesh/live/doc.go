// Package live drives a mesh node for real.
//
// One goroutine, the loop, owns the node. It waits for events of links, for
// requests, for the node's deadline and for the disk; it calls Step; and it
// carries out the effects in the order in which they came:
//
//	links -----> \                      / ----> links (Send)
//	requests ---> loop: Step -> stream ------> waiting requests
//	deadline --> /                 |    \ ----> subscribers
//	                               v
//	                           committer: store.Commit of all batches
//	                           that are in the stream at that moment
//
// The stream holds what the node's driver owes it (package mesh, rule 4): no
// effect leaves before every commit ahead of it is durable. While the disk
// writes, the loop goes on stepping, and what it commits meanwhile is joined
// into the next write.
//
// When a commit fails, or the store could not be read, the effects that have
// not left are dropped, waiting submissions are refused, and the node is built
// again from the store, with back-off while that keeps failing.
//
// Everything is bounded: requests, waiting submissions, the stream, the events
// of links and the queues of subscribers. What overflows is refused with a
// reason, or told to the subscriber; it never blocks the loop.
package live
