package mesh

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/routing"
)

// A node keeps the key blocks of the last weeks, to hand them to those who slept
// through them: a block is signed by the authority, so anybody may pass it on,
// and who it locks out may have it too.

// maxBlocks bounds how many are kept; the oldest go.
const maxBlocks = keyring.MaxEpochs

// keptBlock is a block with what is asked for again and again.
type keptBlock struct {
	*keyblock.Block
	digest [32]byte
	parts  []keyblock.Part
}

func newAssembler(n *Node) *keyblock.Assembler {
	return keyblock.NewAssembler(n.trust.Roster.Root(), n.trust.Roster.Operator(), n.verifier)
}

func keep(b *keyblock.Block) keptBlock { return keptBlock{b, b.Digest(), b.Parts()} }

func (k keptBlock) key() []byte {
	return append(binary.BigEndian.AppendUint32([]byte{prefixBlock}, k.Serial), k.digest[:8]...)
}

// takeBlock acts on a block whose signature was verified. Of two blocks with one
// serial both revoke.
func (n *Node) takeBlock(b *keyblock.Block, by string) {
	k := keep(b)
	if slices.ContainsFunc(n.blocks, func(have keptBlock) bool { return have.digest == k.digest }) {
		return
	}
	outcome := n.ring.Apply(n.trust.Roster.Operator(), b)
	detail := fmt.Sprintf("key block %d: %v", b.Serial, outcome)
	switch outcome {
	case keyring.Corrupt:
		n.count(countBlockBad)
		return
	case keyring.Applied, keyring.Late:
		n.count(countBlockTaken)
		n.movedAt = n.now.Mono
		n.rekey()
	case keyring.Conflict:
		n.raise(AlarmAuthority, detail)
	case keyring.Revoked:
		n.raise(AlarmRevoked, detail)
	case keyring.OtherGeneration, keyring.Ahead:
		n.raise(AlarmTree, detail)
	default:
		n.ringChanged = true // a digest was learned
	}
	n.audit(AuditEvent{Action: ActionKeys, By: by, Detail: detail})
	n.after(Trace{What: "key block", Args: []any{"serial", b.Serial, "outcome", outcome, "by", by}})
	n.keepBlock(k)
	revokes := n.revoke(fmt.Sprintf("key block %d", b.Serial), b.Revoked...)
	if revokes {
		n.raiseBarrier(b.Serial)
	}
	n.passBlock(k, revokes)
}

// raiseBarrier notes that somebody has the keys of all epochs before a serial who is
// no member any more.
func (n *Node) raiseBarrier(serial uint32) {
	n.barrier = max(n.barrier, serial)
	n.batch.Put(nodeKey(nameBarrier), binary.BigEndian.AppendUint32(nil, n.barrier))
}

func (n *Node) keepBlock(k keptBlock) {
	i, _ := slices.BinarySearchFunc(n.blocks, k, func(a, b keptBlock) int {
		return bytes.Compare(a.key(), b.key()) // public: names in the store
	})
	n.blocks = slices.Insert(n.blocks, i, k)
	n.batch.Put(k.key(), k.Encode())
	n.dropBlocks()
}

// dropBlocks forgets the blocks that nobody needs: all that lived while they
// were the newest is dead. The newest always stays.
func (n *Node) dropBlocks() {
	for len(n.blocks) > 1 && (len(n.blocks) > maxBlocks || n.now.Surely((n.blocks[1].First + keyring.KeepDays + 1).Start())) {
		n.batch.Delete(n.blocks[0].key())
		n.blocks = n.blocks[1:]
	}
}

// block returns the blocks with a serial.
func (n *Node) block(serial uint32) (found []keptBlock) {
	for _, k := range n.blocks {
		if k.Serial == serial {
			found = append(found, k)
		}
	}
	return found
}

// lacking returns the serials of blocks to ask for, newest first, if a neighbour
// says that it has all up to told: those that would still be opened, and the
// newest that is held itself, if it came in a package and not as a block.
func (n *Node) lacking(told uint32) []uint32 {
	list := n.ring.Missing(told)
	if newest := n.ring.Newest(); told >= newest && len(n.block(newest)) == 0 {
		list = append(list, newest)
	}
	return slices.DeleteFunc(list, func(serial uint32) bool { return len(n.block(serial)) > 0 })
}

// revoke notes that nodes are locked out for good, and reports whether any of
// them was not before.
func (n *Node) revoke(by string, numbers ...ident.Number) bool {
	before := len(n.revoked)
	for _, num := range numbers {
		if n.revoked.Add(num) {
			n.audit(AuditEvent{Action: ActionRevoke, By: by, Detail: "node " + num.String()})
		}
	}
	if len(n.revoked) == before {
		return false
	}
	value := make([]byte, 0, 2*len(n.revoked))
	for _, num := range n.revoked {
		value = binary.BigEndian.AppendUint16(value, uint16(num))
	}
	n.batch.Put(nodeKey(nameRevoked), value)
	n.forgetSuspensions()
	n.exclude()
	return true
}

// loadBlocks reads blocks and revocations.
func (n *Node) loadBlocks(fail func(key []byte) bool) {
	if v, ok := n.view.Get(nodeKey(nameBarrier)); ok && len(v) == 4 {
		n.barrier = binary.BigEndian.Uint32(v)
	}
	if v, ok := n.view.Get(nodeKey(nameRevoked)); ok {
		n.revoked = numbersOf(v)
	}
	n.view.Scan([]byte{prefixBlock}, nil, func(key, v []byte) bool {
		b, err := keyblock.Decode(bytes.Clone(v))
		if err != nil {
			return fail(key)
		}
		n.blocks = append(n.blocks, keep(b))
		return true
	})
}

// catchUp applies what the store holds and the ring has not seen: the vault was
// put back from an older copy, or a package brought the keys of a new tree, of which
// blocks came before.
func (n *Node) catchUp() {
	for _, k := range n.blocks {
		if outcome := n.ring.Apply(n.trust.Roster.Operator(), k.Block); outcome == keyring.Applied || outcome == keyring.Late {
			n.rekey()
		}
	}
}

func numbersOf(v []byte) (list routing.Nodes) {
	for ; len(v) >= 2; v = v[2:] {
		list = append(list, ident.Number(binary.BigEndian.Uint16(v)))
	}
	return list
}
