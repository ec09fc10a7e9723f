// Package retune decides on which of two channels a link is while its network moves
// from a former one to a new one. It is pure: a Machine is told what time it is and
// who was heard, and says where to be.
//
// # The rules
//
// The new channel is home once the plan's moment is past beyond doubt by the node's
// clock, or somebody was heard there: only who has the plan and thinks it time is.
// Until then home is the former one. What a node does beside being at home hangs on
// whom it hears:
//
//   - Alone: nobody was heard at home for the plan's patience. It follows a pattern
//     that all share: by the wall clock, one slot of four on the former channel, three on
//     the new one. A slot is half the patience.
//   - In company that lacks somebody: of who was a neighbour, not all were heard on the
//     new channel. A node at home there looks on the former one, in the slot of the
//     pattern; one that waits on the former one looks on the new one, in another slot
//     each time. It does so in the 1st, 2nd, 4th, 8th cycle of four slots and so on, and at last
//     in every 64th, so that a neighbour that is dead costs next to nothing.
//   - Neither: it stays.
//
// A node that is sure that the moment has not come does not leave the former channel,
// and once the plan's end is past for sure nobody is there any more: both are law.
//
// # Why they meet
//
// Two who share the time and are alone are in the same slot of the pattern. If one
// has the time wrong by whatever constant, both are on the new channel for at least
// half of all slots. One who waits for a moment that its clock never proves hears on the
// former channel who comes to look for it, or looks on the new one, where the others
// are in three slots of four; since its slot moves, it is not always the fourth. One
// that has no plan is on the former channel all the time, and whoever lacks it comes by
// and hands it the plan. Who hears somebody on the new channel stays.
//
// Nobody moves where nobody knows the time and all hear each other: then nobody
// is lost either. A clock that runs ahead has a node look for company early, and that
// is all.
//
// Two simpler designs were looked at. One slot each by turns, whenever alone, leaves a
// straggler behind for good once the others hear each other. Going back together when
// one is missing lets a dead node keep a network on the wrong channel.
package retune
