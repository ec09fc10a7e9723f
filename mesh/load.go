package mesh

import (
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/routing"
)

// load reads what the node keeps in memory.
func (n *Node) load() (err error) {
	fail := func(key []byte) bool {
		err = fmt.Errorf("store entry %x is damaged; run: blackstart check", key)
		return false
	}
	if v, ok := n.view.Get(nodeKey(nameSequence)); ok && len(v) == 6 {
		n.day = clock.Day(binary.BigEndian.Uint16(v))
		n.sequence = binary.BigEndian.Uint32(v[2:])
	}
	if v, ok := n.view.Get(nodeKey(nameCounter)); ok && len(v) == 4 {
		n.reserved = binary.BigEndian.Uint32(v)
		n.counter = n.reserved
	}
	if v, ok := n.view.Get(nodeKey(nameFloor)); ok {
		n.floor = floorOf(v)
	}
	if v, ok := n.view.Get(nodeKey(nameRecord)); ok {
		n.record = valueNumber(v)
	}
	if v, ok := n.view.Get(nodeKey(nameAudit)); ok {
		n.audits = valueNumber(v)
	}
	if !n.loadQuiet() {
		fail(nodeKey(nameQuiet))
	}
	n.view.Scan([]byte{prefixSeen}, nil, func(k, v []byte) bool {
		st, ok := streamOf(k)
		seen, sound := routing.DecodeSeen(v)
		if !ok || !sound {
			return fail(k)
		}
		n.vectors.Put(st, seen)
		return true
	})
	n.loadLive(fail)
	n.loadUnheld()
	n.view.Scan([]byte{prefixOwed}, nil, func(k, v []byte) bool {
		id, _, ok := hashOfKey(k)
		if !ok || len(v) != 32 {
			return fail(k)
		}
		n.owe(owedReceipt{id, BundleHash(v)}, false)
		return true
	})
	n.loadProofs(fail)
	n.recallAll()
	n.loadBlocks(fail)
	n.loadShifts(fail)
	n.loadCancels(fail)
	n.loadPlans(fail)
	n.view.Scan([]byte{prefixSaid}, nil, func(k, v []byte) bool {
		id, ok := idOf(k)
		st, sound := statementOf(id, v)
		if !ok || !sound {
			return fail(k)
		}
		n.said.insert(st)
		return true
	})
	n.said.replay()
	return err
}

// loadLive reads the index of what is alive.
func (n *Node) loadLive(fail func(key []byte) bool) {
	take := func(k []byte, it *routing.Item, ok bool) bool {
		if !ok {
			return fail(k)
		}
		it.Stored = true
		n.live.add(it)
		n.vectors.Hold(it)
		return true
	}
	n.view.Scan([]byte{prefixLive}, nil, func(k, v []byte) bool {
		id, ok := idOf(k)
		it, sound := liveItem(id, v)
		return take(k, it, ok && sound)
	})
	n.view.Scan([]byte{prefixVariant}, nil, func(k, v []byte) bool {
		it, ok := loadVariant(k, v)
		return take(k, it, ok)
	})
}

// loadProofs reads what heads are about, those of this node and those of others.
func (n *Node) loadProofs(fail func(key []byte) bool) {
	for prefix, load := range map[byte]func(k, v []byte) bool{ // order: independent of each other
		prefixHead: n.loadHead, prefixWaiting: n.loadWaiting, prefixDenied: n.loadDenied, prefixUsed: n.loadUsed,
	} {
		n.view.Scan([]byte{prefix}, nil, func(k, v []byte) bool { return load(k, v) || fail(k) })
	}
}

// putSequence stores the next sequence number. It stands in the batch of the
// bundle that uses the one before.
func (n *Node) putSequence() {
	v := binary.BigEndian.AppendUint16(nil, uint16(n.day))
	n.batch.Put(nodeKey(nameSequence), binary.BigEndian.AppendUint32(v, n.sequence))
}

// nextCounter returns a frame counter that was never used. Counters are
// reserved in blocks, so that a restart skips what may have been used.
func (n *Node) nextCounter() uint32 {
	n.counter++
	if n.counter >= n.reserved {
		n.reserved = n.counter + counterBlock
		n.batch.Put(nodeKey(nameCounter), binary.BigEndian.AppendUint32(nil, n.reserved))
	}
	return n.counter
}

// putSeen stores the vector of a bundle's stream.
func (n *Node) putSeen(st routing.Stream) {
	if seen := n.vectors.Get(st); seen != nil {
		n.batch.Put(streamKey(st), seen.Append(nil))
	}
}
