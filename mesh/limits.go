package mesh

import "time"

// Every bound of a node, named. What exceeds one is a reported outcome.
const (
	MaxText        = 8 << 10 // bytes of text in one message
	MaxLive        = 1 << 17 // bundles held at a time
	MaxLiveBytes   = 256 << 20
	MaxNeighbours  = 256     // on one link
	maxPending     = 4096    // acceptances waiting for a frame, per link
	maxOwedBatch   = 200     // group receipts in one bundle
	maxVectorTasks = 1024    // receipts queued on account of one vector
	maxReaderLimit = 10_000  // entries returned by one reading of the record
	maxRestoreJump = 1 << 15 // sequence numbers of a day up to which a neighbour's word makes us skip
	largeBatchOps  = 256     // operations in one batch of an action that may be cut
	counterBlock   = 1024    // frame counters reserved in one commit
	maxSilent      = 3       // repetitions that a neighbour leaves unanswered before it counts as gone
	maxAnswers     = 32      // requests for fragments of one bundle that are no reason to give it a rest
	maxTimes       = 4       // times its length that may go out before each is one: it does where three of four frames are lost
	flashSteady    = 2       // repetitions of a FLASH before the waits between them begin to double
	accessPatience = 4       // times the wait for an answer on a free channel: the longest wait for a turn
	receiptSlots   = 2       // turns that a receipt goes before the acceptances of others
	maxShare       = 750     // of a channel, in thousandths, up to which waits grow
	maxCancels     = 4096    // cancellations of orders that have not come
	maxCancelsPer  = 256     // of one author
)

// How full a node may be for a bundle of each precedence, in percent, so that
// a flood of ROUTINE never shuts out a FLASH. Nothing accepted is thrown out
// to make room: it was promised to be kept.
var fillLimit = [...]int{100, 95, 90, 80}

// How long group receipts are collected before they travel, and how long such
// a bundle lives at least.
const (
	owedDelayFast   = 200 * time.Millisecond // all links are fast
	owedDelaySlow   = 5 * time.Second
	owedDelayUrgent = time.Second // for a FLASH on a slow link
	receiptLifetime = 24 * time.Hour
)

// shortestHop is how long a text lives that is sent on, at least.
const shortestHop = time.Hour

// housekeeping is how often a node looks for days that can be forgotten, and for
// heads that could not wait.
const housekeeping = time.Hour

// Bounds of what may contradict: bundles of one number, and heads.
const (
	MaxVariants       = 3           // live bundles of one number with a signature, and as many without
	maxVariantsHeld   = 4096        // variants in all, with a signature and without
	maxAcceptTrials   = 256         // ways to read an acceptance of ids that several bundles have
	maxHeadTrialBytes = 1 << 20     // of hashes hashed to find the bundles that a head means
	maxWaitingHeads   = 4096        // heads that wait for bundles they list
	maxWaitingPer     = 64          // of one origin
	maxHeadsRecalled  = 1024        // bundles opened, at each housekeeping, to find heads that could not wait
	maxDenials        = 8           // heads that only deny, within headDelaySlow on slow links
	maxHeadReach      = 64          // numbers of other use that a head covers beyond those it is about, at either end
	maxVariantItems   = 8           // variants items waiting for a frame, per link
	maxVariantRanges  = 16          // sums looked at in one variants item
	maxLooked         = 2 * MaxLive // bundles, streams and receipts gone through on account of one frame, see mayLook
	maxVariantWishes  = 64          // bundles sent on account of one variants item
	alarmPause        = time.Minute
	lastNumber        = 1<<16 - 1 // of a day
)

// When a head goes out: when so many messages of a group are unproven, or so long
// after the first, and in any case at half of its life. On a slow link a head takes
// as long as a message or two.
const (
	headBatchSlow     = 16
	headBatchFast     = 256 // all links are fast
	headBatchDisputed = 4   // numbers that others use as well: the fewer in one head, the fewer ways to read it
	headDelaySlow     = 4 * time.Minute
	headDelayFast     = time.Second
	headDelayDisputed = 20 * time.Second // on slow links, and at once on fast ones
)
