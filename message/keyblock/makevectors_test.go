package keyblock

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// maker makes each case from a good one by one change, and signs it again unless
// the signature is the fault.
type maker struct {
	t     *testing.T
	w     *world
	files []vectors.File
}

func makeVectors(t *testing.T) []vectors.File {
	m := &maker{t: t, w: newWorld(t)}
	m.seeds()
	m.paths()
	m.goodBlocks()
	m.badBytes()
	m.badLists()
	m.badReaders()
	return m.files
}

func (m *maker) add(name, kind, comment, expect string, data []byte, more ...vectors.Field) {
	f := vectors.File{Name: kind + "-" + name, Data: data, Fields: append([]vectors.Field{
		{Key: "comment", Value: comment}, {Key: "kind", Value: kind}, {Key: "expect", Value: expect}}, more...)}
	m.files = append(m.files, f)
}

// block adds a case of a block and the path of a node that reads it.
func (m *maker) block(name, comment, expect string, data []byte, operator ident.OperatorID, p Path) {
	m.add(name, "block", comment, expect, data,
		vectors.Field{Key: "root-seed", Value: hex.EncodeToString(m.w.root.Seed())},
		vectors.Field{Key: "operator", Value: operator.String()},
		vectors.Field{Key: "path", Value: hex.EncodeToString(p.Append(nil))})
}

// changed returns the bytes of a block with part 0 and the rest changed, signed again.
func (m *maker) changed(b *Block, change func(raw []byte) []byte) []byte {
	raw := change(b.Encode())
	end := 4 + min(len(raw)-4, MaxPart)
	signed := append([]byte(labelBlock), m.w.operator[:]...)
	signed = append(append(signed, raw[:4]...), raw[4:end-signatureSize]...)
	signature := m.w.root.Sign(signed)
	copy(raw[end-signatureSize:end], signature[:])
	return raw
}

func set(at int, values ...byte) func([]byte) []byte {
	return func(raw []byte) []byte { copy(raw[4+at:], values); return raw }
}

func (m *maker) seeds() {
	seed := bytes.Repeat([]byte{0x5e}, 32)
	tree := func(s string) vectors.Field { return vectors.Field{Key: "tree", Value: s} }
	m.add("ok", "seed", "the path that a node gets when it is enrolled after block 7", "ok", seed, tree("generation 3 height 4 start 5 number 6 serial 8"))
	m.add("ok-start", "seed", "the path for the generation's first block", "ok", seed, tree("generation 3 height 4 start 5 number 6 serial 5"))
	m.add("before-start", "seed", "a path for a block of the generation before", "passed", seed, tree("generation 3 height 4 start 5 number 6 serial 4"))
	m.add("outside", "seed", "a number for which the tree has no leaf", "not-canonical", seed, tree("generation 3 height 4 start 5 number 16 serial 5"))
}

func (m *maker) paths() {
	good := m.w.path(m.t, 4, 8).Append(nil)
	with := func(at int, value byte) []byte { b := bytes.Clone(good); b[at] = value; return b }
	m.add("ok", "path", "generation 3, height 4, node 4, for block 8", "ok", good)
	m.add("truncated", "path", "the last byte is missing", "truncated", good[:len(good)-1])
	m.add("truncated-header", "path", "ends within the serial", "truncated", good[:7])
	m.add("oversized", "path", "one byte more", "oversized", append(bytes.Clone(good), 0))
	m.add("height-0", "path", "a tree of height 0", "not-canonical", append(bytes.Clone(with(2, 0)[:9]), good[9:41]...))
	m.add("height-17", "path", "a tree of height 17", "not-canonical", append(with(2, 17), make([]byte, 13*32)...))
	m.add("number-0", "path", "node number 0", "not-canonical", with(4, 0))
	m.add("number-16", "path", "a number for which the tree has no leaf", "not-canonical", with(4, 16))
	m.add("serial-0", "path", "for block 0", "not-canonical", with(8, 0))
}

func (m *maker) goodBlocks() {
	w := m.w
	add := func(name, comment string, n ident.Number, pathSerial uint32, plan Plan) {
		b, _ := w.make(m.t, plan)
		m.block(name, comment, "ok", b.Encode(), w.operator, w.path(m.t, n, pathSerial))
	}
	add("ok", "nobody is revoked: one wrap", 4, 8, Plan{Serial: 8, Top: 15})
	add("ok-one", "node 7 is revoked", 4, 8, Plan{Serial: 8, Top: 15, Revoked: []ident.Number{7}})
	add("ok-steps", "opened with a path that is three blocks behind", 4, 5, Plan{Serial: 8, Top: 15, Revoked: []ident.Number{7}})
	add("ok-leaf", "the reader's sibling is revoked: its own leaf is covered", 6, 8, Plan{Serial: 8, Top: 15, Revoked: []ident.Number{7}})
	add("ok-top", "numbers above 9 belong to nobody: their vertices are covered together with those of others, or left out", 9, 8, Plan{Serial: 8, Top: 9, Revoked: []ident.Number{8}})
	w.tree.Height = 10
	add("ok-thousand", "1 of 1,000 nodes is revoked: two parts", 4, 8, Plan{Serial: 8, Top: 1000, Revoked: []ident.Number{333}})
	add("ok-sixteen", "16 are revoked, the most that stand in part 0", 4, 8, Plan{Serial: 8, Top: 1000, Revoked: every(16, 60)})
	add("ok-seventeen", "17 are revoked: they stand in the body, and part 0 holds their hash", 4, 8, Plan{Serial: 8, Top: 1000, Revoked: every(17, 58)})
	add("ok-lists", "60 are revoked: some parts are lists of digests", 4, 8, Plan{Serial: 8, Top: 1000, Revoked: every(60, 16)})
	w.tree.Height = 4
}

// every returns count numbers with a distance.
func every(count, distance ident.Number) (numbers []ident.Number) {
	for n := range count {
		numbers = append(numbers, 5+n*distance)
	}
	return numbers
}

func (m *maker) badBytes() {
	w := m.w
	b, _ := w.make(m.t, Plan{Serial: 8, Top: 9, Revoked: []ident.Number{3, 5}})
	p := w.path(m.t, 4, 8)
	plain := b.Encode()
	bad := func(name, comment, expect string, data []byte) { m.block(name, comment, expect, data, w.operator, p) }
	change := func(name, comment, expect string, f func([]byte) []byte) { bad(name, comment, expect, m.changed(b, f)) }
	bad("truncated-empty", "no bytes", "truncated", nil)
	bad("truncated-serial", "the serial only", "truncated", plain[:4])
	bad("truncated-header", "shorter than any part 0", "truncated", plain[:4+MinHead-1])
	change("truncated-wrap", "the last wrap lacks a byte", "truncated", func(raw []byte) []byte { return append(raw[:len(raw)-signatureSize-1], make([]byte, 64)...) })
	change("truncated-wraps", "one wrap too few", "truncated", func(raw []byte) []byte { return append(raw[:len(raw)-signatureSize-16], make([]byte, 64)...) })
	change("oversized-wraps", "one wrap too many", "oversized", func(raw []byte) []byte {
		return append(raw[:len(raw)-signatureSize:len(raw)-signatureSize], make([]byte, 16+64)...)
	})
	bad("oversized", "longer than any block", "oversized", append(bytes.Clone(plain), make([]byte, MaxBlock)...))
	change("version-0", "version 0", "version", set(0, 0))
	change("version-2", "version 2", "version", set(0, 2))
	change("serial-0", "serial 0", "not-canonical", set(-4, 0, 0, 0, 0))
	change("serial-last", "serial 2^31", "not-canonical", set(-4, 128, 0, 0, 0))
	change("height-0", "a tree of height 0", "not-canonical", set(5, 0, 0, 0))
	change("height-17", "a tree of height 17", "not-canonical", set(5, 17))
	change("top-16", "a top for which the tree has no leaf", "not-canonical", set(6, 0, 16))
	change("top-65535", "a top that is no node number", "not-canonical", set(5, 16, 255, 255))
	change("revoked-0", "number 0 is revoked", "not-canonical", set(headFixed, 0, 0))
	change("revoked-descend", "5 and 3 are revoked", "not-canonical", set(headFixed, 0, 5, 0, 3))
	change("revoked-twice", "3 and 3 are revoked", "not-canonical", set(headFixed, 0, 3, 0, 3))
	change("revoked-10", "a number above the top is revoked", "not-canonical", set(headFixed, 0, 3, 0, 10))
	change("wrap-changed", "one bit of the reader's wrap", "check", func(raw []byte) []byte {
		at, _ := b.find(4)
		raw[4+headFixed+4+at*WrapSize] ^= 1
		return raw
	})
	change("check-changed", "one bit of the check value", "check", func(raw []byte) []byte { raw[4+19] ^= 1; return raw })
	change("salt-changed", "one bit of the salt", "check", func(raw []byte) []byte { raw[4+11] ^= 1; return raw })
	flipped := bytes.Clone(plain)
	flipped[len(flipped)-40] ^= 0x20
	bad("signature-flipped", "one bit of the signature", "signature", flipped)
	bad("signature-first-day", "another first day than was signed", "signature", set(2, plain[6]^1)(bytes.Clone(plain)))
	bad("signature-serial", "another serial than was signed", "signature", set(-1, 9)(bytes.Clone(plain)))
	unlabelled := bytes.Clone(plain)
	signature := w.root.Sign(unlabelled[4 : len(unlabelled)-signatureSize])
	copy(unlabelled[len(unlabelled)-signatureSize:], signature[:])
	bad("signature-no-label", "signed without label, operator and serial", "signature", unlabelled)
	other := w.operator
	other[7] ^= 1
	m.block("signature-operator", "read in the network of another operator", "signature", plain, other, p)
}

func (m *maker) badLists() {
	w := m.w
	w.tree.Height = 10
	two, _ := w.make(m.t, Plan{Serial: 8, Top: 1000, Revoked: []ident.Number{333}})
	many, _ := w.make(m.t, Plan{Serial: 8, Top: 1000, Revoked: every(60, 16)})
	p := w.path(m.t, 4, 8)
	add := func(name, comment, expect string, data []byte) { m.block(name, comment, expect, data, w.operator, p) }
	plain := two.Encode()
	add("truncated", "the last byte is missing", "truncated", plain[:len(plain)-1])
	add("truncated-part", "part 1 is missing", "truncated", plain[:4+MaxPart])
	add("oversized-part", "one byte more than the cover takes", "oversized", append(bytes.Clone(plain), 0))
	add("oversized-parts", "a part more than part 0 says", "oversized", append(bytes.Clone(plain), make([]byte, MaxPart)...))
	add("parts-changed", "part 0 says that two follow, and has a digest more", "truncated", m.changed(two, set(10, 2)))
	add("digest-changed", "one bit of the digest of part 1", "not-canonical", m.changed(two, func(raw []byte) []byte { raw[4+headFixed+2] ^= 1; return raw }))
	add("part-changed", "one bit of part 1", "not-canonical", func() []byte { raw := bytes.Clone(plain); raw[len(raw)-1] ^= 1; return raw }())
	add("list-changed", "one bit of a list of digests", "not-canonical", m.changed(many, func(raw []byte) []byte { raw[4+MaxPart] ^= 1; return raw }))
	add("revoked-hash", "one bit of the hash of the revoked numbers", "not-canonical", m.changed(many, func(raw []byte) []byte { raw[4+headFixed] ^= 1; return raw }))
	w.tree.Height = 4
}

func (m *maker) badReaders() {
	w := m.w
	b, _ := w.make(m.t, Plan{Serial: 8, Top: 9, Revoked: []ident.Number{3, 5}})
	add := func(name, comment, expect string, p Path) { m.block(name, comment, expect, b.Encode(), w.operator, p) }
	generation := w.path(m.t, 4, 8)
	generation.Generation++
	foreign := w.path(m.t, 4, 8)
	foreign.Keys[0][0] ^= 1
	far := *b
	far.Serial += MaxSteps
	add("revoked", "read by a node that is revoked", "revoked", w.path(m.t, 3, 8))
	add("above-top", "read by a node whose number was not handed out then", "revoked", w.path(m.t, 10, 8))
	add("passed", "read with the path of the next block", "passed", w.path(m.t, 4, 9))
	add("generation", "read with a path of the next generation", "generation", generation)
	add("keys", "read with a wrong key at the vertex that is covered", "check", foreign)
	m.block("ahead", "65,537 blocks ahead of the path", "ahead", m.changed(b, set(-4, 0, 1, 0, 9)), w.operator, w.path(m.t, 4, 8))
	w.tree.Height = 5
	add("height", "read with a path in a tree of another height", "generation", w.path(m.t, 4, 8))
	w.tree.Height = 4
}
