package mesh

import (
	"errors"
	"slices"
	"strings"
)

// Outcomes of what neighbours sent, as they are counted in Status. None of
// them is an error of this node.
const (
	countTruncated      = "frame truncated"
	countUnauthentic    = "frame not authentic"
	countReplayed       = "frame replayed"
	countMalformed      = "frame malformed"
	countMisplaced      = "frame with what its key does not carry"
	countFrameVersion   = "frame of an unknown version"
	countEcho           = "own frame heard"
	countOwnNumber      = "frame of another under this node's number"
	countEchoForged     = "echo not proven"
	countHeld           = "answer held back until a neighbour proves itself"
	countStranger       = "frame of an unknown node"
	countLinkUnknown    = "event of an unknown link"
	countBundleBad      = "bundle malformed"
	countBundleVersion  = "bundle of an unknown version"
	countBundleSize     = "bundle oversized"
	countBundleOrigin   = "bundle of an unknown origin"
	countBundleTo       = "bundle to an unknown destination"
	countBundleExpired  = "bundle expired"
	countBundleSeal     = "bundle not authentic"
	countBundleNoKey    = "bundle that no key here opens"
	countBundleSign     = "bundle with a bad signature"
	countBundleRight    = "bundle without the right"
	countBundleOut      = "bundle of a revoked or suspended node"
	countFrameOut       = "frame of a revoked or suspended node"
	countActBad         = "act that cannot be read or was not allowed"
	countPlanTaken      = "radio plan taken"
	countPlanOld        = "radio plan not newer than the one held"
	countPlanForged     = "radio plan not signed by the root"
	countTimeTaken      = "time taken from a fixed station"
	countBlockTaken     = "key block applied"
	countBlockBad       = "key block or part of one refused"
	countBlockAllowance = "key block not answered or checked: too many requests"
	countOldKey         = "frame under an old key, not heeded"
	countSuspended      = "suspension taken"
	countSuspendEarly   = "suspension dated ahead of time"
	countPerson         = "bundle names a person who is not known to be on shift"
	countShift          = "shift taken"
	countShiftEarly     = "shift that has not begun"
	countShiftForged    = "shift not signed by a person of the network"
	countOrderStrange   = "answer to an order that is not known"
	countGroupSecret    = "group secret taken"
	countGroupOld       = "group secret older than the one held"
	countKeyCut         = "key let go early for lack of room"
	countBundleTwice    = "bundle known already"
	countBundleConflict = "bundle in conflict with another of its number"
	countBundleFull     = "bundle refused for lack of room"
	countBundleReturned = "own bundle heard"
	countBundleTaken    = "bundle accepted"
	countDelivered      = "message delivered here"
	countContent        = "bundle with unknown content"
	countAcceptForged   = "acceptance not proven"
	countAcceptStale    = "acceptance of a bundle not held"
	countAccepted       = "acceptance received"
	countReceiptForged  = "receipt not proven"
	countReceiptTwice   = "receipt known already"
	countReceiptTaken   = "receipt received"
	countFragmentBad    = "fragment refused"
	countSendLate       = "frame not sent"
	countMissing        = "bundle missing from the store"
	countExpired        = "bundle expired here"
	countClaimed        = "neighbour knows numbers of us that we do not"
	countLooked         = "vector or sum of a frame that asks to look at too much"
	countVariantFull    = "bundle refused: too many of its number"
	countPretender      = "bundle under our number that is not ours"
	countCloned         = "number signed twice by one key"
	countAlarmLeftOut   = "alarm left out of the audit record"
	countHeadSent       = "head sent"
	countHeadTaken      = "head received"
	countHeadFull       = "head put off: too many wait"
	countHeadCrowded    = "head with too many ways to read it"
	countTwin           = "own message signed after all"
	countContradicted   = "message contradicted"
	countQuarantined    = "bundle kept unseen until proven"
	countWished         = "bundle sent to who lacks this one of its number"
	countReceiptOther   = "receipt for another bundle of the number"
)

// Errors of Submit, as they are given to the user.
var (
	ErrNoDestination = errors.New("no such node or group")
	ErrSelf          = errors.New("a message to this node itself goes nowhere")
	ErrText          = errors.New("text is empty or too long")
	ErrRight         = errors.New("neither this node's certificate nor who is on shift allows it")
	ErrLifetime      = errors.New("lifetime is out of range")
	ErrFull          = errors.New("this node holds as much as it may; wait for messages to be delivered or to expire")
	ErrSequence      = errors.New("this node has used all sequence numbers of the day")
	ErrClone         = errors.New("another machine has this node's number and key, so this node sends nothing new; switch one of the two off, give it a number of its own (blackstart-authority enrol), then restart this one; to see why: blackstart status")
	ErrKey           = errors.New("no key for the destination")
	ErrAct           = errors.New("that cannot be said")
	ErrShift         = errors.New("nobody is on shift at this node")
	ErrCredential    = errors.New("the credential is not one of this network, was withdrawn, or did not sign this shift")
	ErrRole          = errors.New("more than one node has this role")
	ErrNoOrder       = errors.New("no such order was received here")
	ErrStale         = errors.New("this order cannot be acted on any more")
	ErrNoReadback    = errors.New("that node has not read the order back")
	ErrLift          = errors.New("this lift would count for nothing")
	ErrExcluded      = errors.New("this node was revoked or suspended; nobody takes a message from it")
)

// count notes one outcome.
func (n *Node) count(name string) { n.counters[name]++ }

// counterList returns the outcomes in order of their names.
func (n *Node) counterList() []Counter {
	list := make([]Counter, 0, len(n.counters))
	for name, c := range n.counters { // order: sorted below
		list = append(list, Counter{Name: name, Count: c})
	}
	slices.SortFunc(list, func(a, b Counter) int { return strings.Compare(a.Name, b.Name) })
	return list
}
