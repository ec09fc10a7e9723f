package mesh

import (
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

// What a node keeps, by the first byte of the key. Numbers in keys are
// big-endian, so that key order is number order.
//
//	n<name>                 counters and marks of the node itself
//	l<origin 2><day 2><seq 2>  a live bundle: what routing needs (see liveValue);
//	                        starting reads these and no history
//	b<origin><day><seq>     the live bundle's bytes
//	s<origin 2><day 2>      what was seen of a stream: routing.Seen
//	t<origin><day><seq>     a receipt: proof T 8, hash of the bundle 32 (zero if
//	                        the bundle never came by)
//	g<origin><day><seq>     a receipt of a group message that this node still owes
//	v<origin><day><seq><hash 8>  another live bundle of that number: the value of
//	                        l, then the bundle's bytes
//	e<origin><day><seq><hash 8>  a bundle that ended here: see ending
//	u<day 2>                the numbers that this node used on a day: routing.Set
//	h<group 1><day 2><seq 2>  what a head has to say of a number of this node: the
//	                        bundle's hash 32, or nothing if the group has none of it
//	w<origin><day><head's day 2><head's seq 2><hash 8>  a head that waits for bundles
//	                        it lists, as evidence: day of the listed bundles in the key
//	d<origin><day><group 1> the numbers that heads deny: routing.Set
//	m<number 8>             a message of the record, JSON
//	i<origin><day><seq>     its number in the record; of several bundles one by one
//	E<number 8>             evidence for a message of the record
//	q<number 8>             the key of the evidence of the head that proved it
//	Q<origin><day><seq><hash 8>  evidence of a head that proved something
//	a<number 8>             an audit event, JSON
//	k<serial 4><digest 8>   a key block
//	x<origin><day><seq>     a suspension or its end: created 8, body of the bundle
//	p<origin><day><seq>     who works on a device: body of the bundle
//	c<origin><day><seq><hash 8><by 2>  a cancellation of an order that has not
//	                        come, and who made it, JSON
const (
	prefixNode    = 'n'
	prefixLive    = 'l'
	prefixBundle  = 'b'
	prefixSeen    = 's'
	prefixReceipt = 't'
	prefixOwed    = 'g'
	prefixMessage = 'm'
	prefixIndex   = 'i'
	prefixAudit   = 'a'
	prefixSaid    = 'x'
	prefixShift   = 'p'
	prefixCancel  = 'c'
	prefixBlock   = 'k'

	prefixVariant  = 'v'
	prefixEnded    = 'e'
	prefixUsed     = 'u'
	prefixHead     = 'h'
	prefixWaiting  = 'w'
	prefixDenied   = 'd'
	prefixEvidence = 'E'
	prefixHeadOf   = 'q'
	prefixHeadDoc  = 'Q'
)

// Names under prefixNode.
const (
	nameSequence   = "sequence"     // day 2, next sequence number 4
	nameCounter    = "counter"      // frame counters below this may have been used, 4
	nameRecord     = "record"       // last number of the record, 8
	nameAudit      = "audit"        // last number of the audit events, 8
	nameRevoked    = "revoked"      // numbers of nodes, 2 each, ascending
	nameBarrier    = "barrier"      // serial of the newest key block that revoked somebody, 4
	nameFloor      = "floor"        // of a restored store: last day 2, least number 2 (see RestoredEntry)
	nameQuiet      = "quiet"        // radios that must not transmit: []QuietStatus, JSON
	nameInstance   = "instance"     // the mark of the vault beside the store (see store/vault)
	namePlan       = "plan"         // the radio plan in force, as encoded
	nameFormerPlan = "plan-former"  // which counted when that came
	namePlanBundle = "plan-bundle"  // the key of the live bundle that the plan in force came in, or was passed on
	nameAirOf      = "airtime-of "  // before a device: the key of its band's airtime
	nameAirLost    = "airtime-lost" // when a store was put back that does not know what was used since: 8
	nameAirtime    = "airtime "     // before a band's name: stored at the latest 8, snapshot (see radio/ledger)
)

func nodeKey(name string) []byte { return append([]byte{prefixNode}, name...) }

func idKey(prefix byte, id bundle.ID) []byte {
	k := make([]byte, 7)
	k[0] = prefix
	binary.BigEndian.PutUint16(k[1:], uint16(id.Origin))
	binary.BigEndian.PutUint16(k[3:], uint16(id.Day))
	binary.BigEndian.PutUint16(k[5:], id.Seq)
	return k
}

// idOf reads the id in a key made by idKey.
func idOf(k []byte) (bundle.ID, bool) {
	if len(k) != 7 {
		return bundle.ID{}, false
	}
	return bundle.ID{
		Origin: ident.Number(binary.BigEndian.Uint16(k[1:])),
		Day:    clock.Day(binary.BigEndian.Uint16(k[3:])),
		Seq:    binary.BigEndian.Uint16(k[5:]),
	}, true
}

// hashKey is the key of one of several bundles of an id.
func hashKey(prefix byte, id bundle.ID, hash routing.Prefix) []byte {
	return append(idKey(prefix, id), hash[:]...)
}

// hashOfKey reads id and hash in a key made by hashKey.
func hashOfKey(k []byte) (id bundle.ID, hash routing.Prefix, ok bool) {
	if len(k) != 7+len(hash) {
		return id, hash, false
	}
	id, ok = idOf(k[:7])
	return id, routing.Prefix(k[7:]), ok
}

func streamKey(st routing.Stream) []byte {
	k := make([]byte, 5)
	k[0] = prefixSeen
	binary.BigEndian.PutUint16(k[1:], uint16(st.Origin))
	binary.BigEndian.PutUint16(k[3:], uint16(st.Day))
	return k
}

func streamOf(k []byte) (routing.Stream, bool) {
	if len(k) != 5 {
		return routing.Stream{}, false
	}
	return routing.Stream{
		Origin: ident.Number(binary.BigEndian.Uint16(k[1:])),
		Day:    clock.Day(binary.BigEndian.Uint16(k[3:])),
	}, true
}

func numberKey(prefix byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{prefix}, n)
}

func numberValue(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func valueNumber(v []byte) uint64 {
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// Bytes of a live value: precedence 1, destination node 2, destination group
// 1, flags 1 (bit 0 own, 1 wants no receipt, 2 signed, 3 quarantined), expires 8, size 4, hash 8, record 8.
const liveBytes = 33

func liveValue(it *routing.Item) []byte {
	v := make([]byte, 0, liveBytes)
	v = append(v, byte(it.Precedence))
	v = binary.BigEndian.AppendUint16(v, uint16(it.To.Node))
	var flags byte
	if it.Own {
		flags |= 1
	}
	if it.NoReceipt {
		flags |= 2
	}
	if it.Signed {
		flags |= 4
	}
	if it.Quarantined {
		flags |= 8
	}
	v = append(v, byte(it.To.Group), flags)
	v = binary.BigEndian.AppendUint64(v, uint64(it.Expires))
	v = binary.BigEndian.AppendUint32(v, uint32(it.Size))
	v = append(v, it.Hash[:]...)
	return binary.BigEndian.AppendUint64(v, it.Record)
}

func liveItem(id bundle.ID, v []byte) (*routing.Item, bool) {
	if len(v) != liveBytes || v[0] >= bundle.Precedences {
		return nil, false
	}
	it := &routing.Item{
		ID:         id,
		Precedence: bundle.Precedence(v[0]),
		To:         bundle.Destination{Node: ident.Number(binary.BigEndian.Uint16(v[1:])), Group: ident.GroupID(v[3])},
		Own:        v[4]&1 != 0,
		NoReceipt:  v[4]&2 != 0,
		Signed:     v[4]&4 != 0, Quarantined: v[4]&8 != 0,
		Expires: clock.Wall(binary.BigEndian.Uint64(v[5:])),
		Size:    int(binary.BigEndian.Uint32(v[13:])),
		Record:  binary.BigEndian.Uint64(v[25:]),
	}
	copy(it.Hash[:], v[17:])
	return it, true
}

// tombstone is the value under prefixReceipt.
type tombstone struct {
	proof [8]byte
	hash  [32]byte
}

func (t tombstone) value() []byte { return append(t.proof[:len(t.proof):len(t.proof)], t.hash[:]...) }

func tombstoneOf(v []byte) (t tombstone, ok bool) {
	if len(v) != len(t.proof)+len(t.hash) {
		return t, false
	}
	copy(t.proof[:], v)
	copy(t.hash[:], v[8:])
	return t, true
}
