// Package mesh is a node: one pure state machine.
//
// A Node is driven by events and answers with effects:
//
//	effects := n.Step(now, event)
//	when, ok := n.Deadline()
//
// It has no goroutine, clock, lock, file or socket. mesh/live drives it for
// real with one goroutine; sim drives thousands of the very same type.
//
// # The driver's duties
//
//  1. Call Step with one event at a time, and with readings whose Mono never
//     goes back.
//  2. Call Step with a Wake event at or soon after the instant that Deadline
//     returned last.
//  3. Carry out effects in order. The effects of all Steps form one stream.
//  4. Durable before visible: let no effect leave before every Commit ahead of
//     it in the stream is durable. Commits may be joined, and may be made
//     durable ahead of earlier effects that are not commits.
//  5. Report each Commit, in order, with a Committed event once it is durable.
//     Until then Config.View shows the state without it; the node keeps what
//     is pending in an overlay of its own.
//  6. When a commit fails, or Config.View has met an error, discard the node
//     with all effects that have not left, and build a new one from the store.
//     Refuse submissions meanwhile.
//  7. Report LinkUp for every link that works; report each event of a link
//     with the number under which the driver keeps it. For each Transmit there
//     is exactly one radio.Sent on its link, or a radio.Down. A Down speaks
//     for Transmits that still wait behind a commit, too: they do not leave.
//
// # What the node promises
//
// A Step runs in time bounded by the event's size and the node's named limits,
// returns the same effects for the same history, configuration and sources,
// and never fails: what a peer sends wrong is an outcome, counted by Reason.
package mesh
