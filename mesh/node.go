package mesh

import (
	"bytes"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
	"github.com/blackstart-mesh/blackstart/store"
)

// Node is one node of the mesh. See the package comment for how to drive it.
type Node struct {
	// Constant after New, but for trust, which NewRoster replaces.
	self     ident.Number
	private  *ident.Private
	trust    Trust
	guests   []ident.Number // in its roster: they leave with time
	verifier ident.Verifier
	jitter   *rand.Rand
	signing  Signing
	evidence Evidence
	licence  string // see Config

	// What is stored, and what of it is kept in memory.
	view    *store.Overlay
	vectors *routing.Vectors
	live    *liveSet
	owed    map[ident.Number]*owed // group receipts to be sent, by origin
	said    suspensions
	recent  *recent
	proofs  *proofs               // what heads of others say
	refused map[routing.Name]bool // variants that are not wished for, see refuseForGood
	looked  int                   // see mayLook
	authorship
	shifts  shifts
	cancels map[cancelKey]Cancelled // of orders that have not come
	plans   plans

	// Durable counters.
	day      clock.Day // the latest on which this node sent
	sequence uint32    // of the next bundle of that day, up to 1<<16
	floor    floor     // of a restored store
	counter  uint32    // of the last frame
	start    uint32    // the same when this life began
	reserved uint32    // counters below this are reserved
	record   uint64    // last number of the record
	audits   uint64    // last number of the audit events

	// Keys. The ring is what the vault keeps, keys what follows from it.
	ring        *keyring.State
	ringChanged bool          // since the last commit
	ringAt      clock.Instant // up to which the ring counts as running time
	pastTold    clock.Day     // the day that the driver was last told to be reached
	keys        *seal.Keys
	air         linkKeys
	wentBy      clock.Day     // the neighbours' day that the driver was told last
	beaconAt    clock.Instant // of the next time beacon, at a fixed station

	fresh      bool          // trust holds something that was not acted on
	hints      [2]linkEpoch  // of neighbours with another day: the last that opened a frame, the last heard
	hintNext   clock.Instant // no hint is looked at before
	blocks     []keptBlock   // ascending by serial
	revoked    routing.Nodes
	outTold    routing.Nodes // who the driver was told is locked out
	barrier    uint32        // the newest block that revoked somebody: what is older proves itself
	movedAt    clock.Instant // when the last block was applied
	assembler  *keyblock.Assembler
	pieces     frame.KeyPieces
	verified   int // signatures of blocks in the minute since verifiedAt
	verifiedAt clock.Instant

	receiver *frame.Receiver // of all links: what was heard on one is not taken on another
	links    [MaxLinks]*link
	bands    map[string]*airBand
	declared [MaxLinks]string // what the audit record says of a link in this life
	counters map[string]uint64
	alarms   []Alarm
	own      [32]byte      // key that only this node's private key gives
	nonces   uint64        // made in this life
	began    clock.Wall    // the latest that it can have been when this life began
	selfAsk  clock.Instant // not before does this node challenge its own number
	tags     sentFrames
	cleanAt  clock.Instant // next housekeeping

	changedAt clock.Instant // the vectors, last

	quiet []silence // radios that must not transmit

	unheld   []unheld      // own messages that nobody is known to hold
	unheldAt clock.Instant // when the next of them is due

	sendOnSoon bool // duties may have moved: see sendOn

	// The Step in progress.
	now     clock.Reading
	batch   *store.Batch // what the action in progress writes
	later   []Effect     // what follows once that is durable
	effects []Effect
}

// New builds a node from its store. It reads the live index and the vectors,
// and no history.
func New(now clock.Reading, cfg Config) (*Node, error) {
	n := &Node{
		self:     cfg.Self,
		private:  cfg.Private,
		trust:    cfg.Trust,
		guests:   cfg.Trust.Roster.Guests(),
		verifier: cfg.Verifier,
		jitter:   cfg.Jitter,
		signing:  cfg.Signing,
		evidence: cfg.Evidence,
		licence:  cfg.Licence,
		bands:    make(map[string]*airBand),
		view:     store.NewOverlay(cfg.View),
		vectors:  routing.NewVectors(),
		live:     newLiveSet(),
		owed:     make(map[ident.Number]*owed),
		recent:   newRecent(),
		proofs:   newProofs(),
		refused:  make(map[routing.Name]bool),
		cancels:  make(map[cancelKey]Cancelled),
		receiver: frame.NewReceiver(),
		counters: make(map[string]uint64),
		now:      now,
		batch:    new(store.Batch),
		cleanAt:  now.Mono,
		ring:     cfg.Ring.Clone(),
		ringAt:   now.Mono,
		fresh:    true,
		movedAt:  now.Mono, // it may have been just before the start
	}
	n.own = ownKey(cfg.Private)
	n.began = now.Wall.Add(now.Bound)
	n.authorship = authorship{
		used: make(map[clock.Day]*routing.Set), heads: make(map[headOf]*headDebt),
	}
	n.assembler = newAssembler(n)
	n.rekey()
	n.ringChanged = false
	if err := n.load(); err != nil {
		return nil, err
	}
	n.start = n.counter
	n.catchUp()
	return n, nil
}

// Step takes one event and returns what is to be done about it, in order.
func (n *Node) Step(now clock.Reading, ev Event) []Effect {
	n.now = now
	n.effects = nil
	n.vectors.Window(n.today(), n.live.order)
	switch ev := ev.(type) {
	case LinkEvent:
		n.onLink(ev)
	case Submit:
		n.onSubmit(ev)
	case Committed:
		n.view.Pop()
	case NewRoster:
		n.audit(AuditEvent{Action: ActionRoster, By: ev.By})
		n.useNetwork(ev.Trust, ev.Package)
	case Note:
		n.audit(ev.Event)
	case Raise:
		n.raise(ev.What, ev.Detail)
	case Quiet:
		n.onQuiet(ev)
	case Wake:
	default:
		panic("mesh: unknown event")
	}
	n.useTrust()
	n.onTime()
	n.commit() // frames are filled from what is written
	for _, l := range n.links {
		if l != nil {
			n.flush(l)
		}
	}
	n.commit()
	return n.effects
}

// commit closes the batch of the action in progress: from here on the node
// reads what it wrote, and every effect that follows waits until it is
// durable.
func (n *Node) commit() {
	if !n.batch.Empty() || n.ringChanged {
		n.view.Push(n.batch)
		c := Commit{Batch: n.batch}
		if n.ringChanged {
			c.Keys, n.ringChanged = n.ring.Encode(), false
		}
		n.effects = append(n.effects, c)
		n.batch = new(store.Batch)
	}
	n.effects = append(n.effects, n.later...)
	n.later = n.later[:0]
}

// commitLarge closes the batch in progress if it has grown large. For actions
// that may be repeated without harm, and so need not be one batch.
func (n *Node) commitLarge() {
	if len(n.batch.Ops) >= largeBatchOps || n.batch.Cost() >= store.MaxCommitBytes/4 {
		n.commit()
	}
}

// after adds an effect that follows the commit of the action in progress.
func (n *Node) after(e Effect) { n.later = append(n.later, e) }

// read returns a value as the action in progress left it: first what its own
// batch holds, then what earlier actions wrote, then what is durable.
func (n *Node) read(key []byte) ([]byte, bool) {
	for i := len(n.batch.Ops) - 1; i >= 0; i-- {
		if op := n.batch.Ops[i]; bytes.Equal(op.Key, key) { // public: names in the store
			return op.Value, !op.Delete
		}
	}
	return n.view.Get(key)
}

// onTime does what has come due.
func (n *Node) onTime() {
	n.expire()
	n.flushOwed()
	n.tellTime()
	n.tellPlan()
	n.tellPlanned()
	n.flushHeads()
	n.endQuiet()
	n.askCustody()
	if n.now.Mono >= n.cleanAt {
		n.cleanAt = n.now.Mono.Add(housekeeping)
		n.forgetDays()
		n.forgetSuspensions()
		n.forgetShifts()
		n.forgetCancels()
		n.recallHeads() // before keys are erased
		n.tendRing()
		n.exclude() // guests leave with time
		n.sendOnSoon = true
	}
	if n.sendOnSoon {
		n.sendOn()
	}
	n.tellPast()
	n.tendAir()
	for _, l := range n.links {
		if l != nil && l.up {
			n.watchLink(l)
		}
	}
}

// Deadline returns when Step wants to be called with Wake, if nothing else
// happens before.
func (n *Node) Deadline() (clock.Instant, bool) {
	when := n.cleanAt
	if t, ok := n.nextExpiry(); ok {
		when = min(when, t)
	}
	if n.station() {
		when = min(when, n.beaconAt)
	}
	when = min(when, n.owedDue(), n.headsDue(), n.plans.tellAt, n.quietDue(), n.unheldAt)
	for _, l := range n.links {
		if l != nil && l.up {
			when = min(when, n.linkDue(l))
		}
	}
	return when, true
}

// today is the day of a bundle that is sent now, and the one around which days
// from the air are expanded. A clock from before this node was enrolled has lost
// its time; the last day that it knew is nearer, unless that is beyond the
// certificate's end, where only a clock far ahead can have been.
func (n *Node) today() clock.Day {
	_, on := n.keys.At(n.clockDay())
	return on
}

func (n *Node) clockDay() clock.Day {
	day := n.now.Wall.Day()
	cert, ok := n.trust.Roster.Certificate(n.self)
	if !ok || day >= cert.From {
		return day
	}
	if n.day > cert.Until {
		return cert.From
	}
	return max(n.day, cert.From)
}

// nextSequence returns the first number of a day behind all that were used. A
// clock that was ahead and is set right brings back a day. Its numbers are in
// the vector, unless that was forgotten meanwhile: then half of them are left.
func (n *Node) nextSequence(day clock.Day) uint32 {
	least := n.floor.least(day)
	switch {
	case day > n.day:
		return least
	case day == n.day:
		return max(n.sequence, least)
	}
	if seen := n.vectors.Get(routing.Stream{Origin: n.self, Day: day}); seen != nil {
		if top, ok := seen.Have.Max(); ok {
			return max(uint32(top)+1, least)
		}
	}
	return max(maxRestoreJump, least)
}

// spreadOver returns a random duration in [0, d).
func (n *Node) spreadOver(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(n.jitter.Int64N(int64(d)))
}

// certificate returns the certificate of a node of this operator.
func (n *Node) certificate(num ident.Number) (*ident.Certificate, bool) {
	return n.trust.Roster.Certificate(num)
}

// members returns who has to prove delivery of a message of this node.
func (n *Node) members(to bundle.Destination) routing.Nodes {
	if to.Node != 0 {
		return routing.Nodes{to.Node}
	}
	var all routing.Nodes
	for _, num := range n.trust.Roster.Members(to.Group) {
		if num != n.self && !n.excluded(num) {
			all = append(all, num)
		}
	}
	return all
}
