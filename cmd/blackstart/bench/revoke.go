package bench

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// RevokeCase is a network and how many of its nodes one key block locks out.
type RevokeCase struct{ Nodes, Revoked int }

// RevokeOptions says how locking out is measured.
type RevokeOptions struct {
	Cases  []RevokeCase
	Seed   uint64 // of the choices
	Rounds int    // choices for each case
}

const (
	revokeMTU    = 220 // bytes of a frame
	revokeGrowth = 100 // single revocations, one block each
)

// Revoke measures what it takes to lock nodes out: real key blocks in real
// frames, means over random choices of nodes in a fresh tree, and the last of
// 100 blocks that each revoke one node more. Bytes are what is handed to the
// modem, one time, without hellos and requests. The results of the first case
// have the plain names.
func Revoke(o RevokeOptions) (*Report, error) {
	r := newReport("revoke")
	r.Parameters["seed"] = o.Seed
	r.Parameters["rounds"] = o.Rounds
	r.Parameters["frame"] = revokeMTU
	r.Parameters["cases"] = fmt.Sprint(o.Cases)
	for i, c := range o.Cases {
		prefix := "revoke"
		if i > 0 {
			prefix = fmt.Sprintf("revoke/%d-%d", c.Nodes, c.Revoked)
		}
		b, err := newRevokeBench(o.Seed, c.Nodes)
		if err != nil {
			return nil, err
		}
		if err := b.measure(r, prefix, c.Revoked, o.Rounds); err != nil {
			return nil, fmt.Errorf("%d of %d: %w", c.Revoked, c.Nodes, err)
		}
		if i > 0 || c.Nodes <= revokeGrowth {
			continue
		}
		if err := b.growth(r, prefix, max(1, o.Rounds/20)); err != nil {
			return nil, fmt.Errorf("%d nodes: %w", c.Nodes, err)
		}
	}
	return r, nil
}

// revokeBench is an operator with a number of nodes and nothing revoked yet.
type revokeBench struct {
	nodes    int
	height   uint8
	chance   *rand.Rand
	entropy  *rand.ChaCha8
	root     *ident.Private
	operator ident.OperatorID
	today    clock.Day
	link     *frame.Key
}

func newRevokeBench(seed uint64, nodes int) (*revokeBench, error) {
	chacha := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16), byte(seed >> 24), byte(seed >> 32), byte(seed >> 40), byte(seed >> 48), byte(seed >> 56)})
	b := &revokeBench{nodes: nodes, height: 1, chance: rand.New(rand.NewPCG(seed, uint64(nodes))), entropy: chacha,
		today: clock.WallOf(time.Now()).Day(), link: frame.NewBootstrapKey(seal.LinkKey{MAC: [32]byte{1}, Enc: [32]byte{2}})}
	for 1<<b.height <= nodes {
		b.height++
	}
	var err error
	if b.root, err = ident.NewPrivate(b.entropy); err != nil {
		return nil, err
	}
	b.operator = ident.OperatorOf(b.root.SignKey())
	return b, nil
}

// tree returns a fresh one.
func (b *revokeBench) tree() keyblock.Tree {
	t := keyblock.Tree{Generation: 1, Height: b.height, Start: 1}
	b.entropy.Read(t.Seed[:]) // never fails
	return t
}

func (b *revokeBench) plan(serial uint32, revoked []ident.Number) keyblock.Plan {
	return keyblock.Plan{Operator: b.operator, Serial: serial, First: b.today, Top: ident.Number(b.nodes), Revoked: revoked}
}

// choose draws different nodes, at least one of which is left.
func (b *revokeBench) choose(count int) (chosen []ident.Number, left ident.Number) {
	order := b.chance.Perm(b.nodes)
	for _, i := range order[:count] {
		chosen = append(chosen, ident.Number(i+1))
	}
	return chosen, ident.Number(order[count] + 1)
}

// air returns the frames that a block is sent in, and their bytes.
func (b *revokeBench) air(block *keyblock.Block) (frames, total int) {
	for _, part := range block.Parts() {
		for _, piece := range frame.SplitKeyPart(part.Serial, int(part.Index), part.Data, revokeMTU-frame.FirstOverhead) {
			frames++
			total += len(frame.Seal(b.link, frame.Frame{From: ident.MaxNumber, Counter: uint32(frames),
				Items: []frame.Item{{Kind: frame.KindKeyPart, Body: piece.Append(nil)}}}))
		}
	}
	return frames, total
}

// measure makes, sends and opens one block for each choice.
func (b *revokeBench) measure(r *Report, prefix string, revoked, rounds int) error {
	var total, most, frames, mostFrames int
	var making, verifying, opening time.Duration
	for range rounds {
		tree := b.tree()
		chosen, left := b.choose(revoked)
		begun := time.Now()
		block, epoch, err := tree.Make(b.plan(1, chosen), b.root, b.entropy)
		making += time.Since(begun)
		if err != nil {
			return err
		}
		n, size := b.air(block)
		total, frames = total+size, frames+n
		most, mostFrames = max(most, size), max(mostFrames, n)
		took, err := b.open(tree, block, left, epoch)
		if err != nil {
			return err
		}
		verifying, opening = verifying+took[0], opening+took[1]
		if err := b.shut(tree, block, chosen); err != nil {
			return err
		}
	}
	r.add(prefix+"/bytes", mean(total, rounds), "B")
	r.add(prefix+"/bytes-max", float64(most), "B")
	r.add(prefix+"/frames", mean(frames, rounds), "frames")
	r.add(prefix+"/frames-max", float64(mostFrames), "frames")
	r.add(prefix+"/make_ms", float64(making.Microseconds())/1000/float64(rounds), "ms")
	r.add(prefix+"/verify_us", float64(verifying.Nanoseconds())/1000/float64(rounds), "us")
	r.add(prefix+"/open_us", float64(opening.Nanoseconds())/1000/float64(rounds), "us")
	return nil
}

// open reads a block as a node does: from its bytes, the signature, the secret.
// It returns the time of the signature and of the rest.
func (b *revokeBench) open(tree keyblock.Tree, block *keyblock.Block, n ident.Number, want seal.Epoch) (took [2]time.Duration, err error) {
	path, err := tree.Path(n, 1)
	if err != nil {
		return took, err
	}
	raw := block.Encode()
	begun := time.Now()
	heard, err := keyblock.Decode(raw)
	if err != nil {
		return took, err
	}
	took[1] = time.Since(begun)
	begun = time.Now()
	if err := heard.Verify(ident.Ed25519{}, b.root.SignKey(), b.operator); err != nil {
		return took, err
	}
	took[0] = time.Since(begun)
	begun = time.Now()
	epoch, err := heard.Open(b.operator, path)
	took[1] += time.Since(begun)
	// public: a measurement with secrets that are thrown away
	if err == nil && (epoch != want || !bytes.Equal(heard.Encode(), raw)) {
		err = fmt.Errorf("node %v opened another secret", n)
	}
	return took, err
}

// shut holds against the figures that nobody revoked opens the block.
func (b *revokeBench) shut(tree keyblock.Tree, block *keyblock.Block, revoked []ident.Number) error {
	level, err := tree.Level(1)
	if err != nil {
		return err
	}
	for _, n := range revoked {
		path, err := level.Path(n)
		if err != nil {
			return err
		}
		if _, err := block.Open(b.operator, path); err == nil {
			return fmt.Errorf("node %v is revoked and opened the block", n)
		}
	}
	return nil
}

// growth revokes one node after the other, each with a block of its own.
func (b *revokeBench) growth(r *Report, prefix string, rounds int) error {
	var last, lastFrames, all int
	for range rounds {
		tree := b.tree()
		chosen, _ := b.choose(revokeGrowth)
		for i := range chosen {
			block, _, err := tree.Make(b.plan(uint32(i+1), chosen[:i+1]), b.root, b.entropy)
			if err != nil {
				return err
			}
			frames, size := b.air(block)
			all += size
			if i == revokeGrowth-1 {
				last, lastFrames = last+size, lastFrames+frames
			}
		}
	}
	r.add(fmt.Sprintf("%s/after-%d/bytes", prefix, revokeGrowth), mean(last, rounds), "B")
	r.add(fmt.Sprintf("%s/after-%d/frames", prefix, revokeGrowth), mean(lastFrames, rounds), "frames")
	r.add(fmt.Sprintf("%s/after-%d/bytes-mean", prefix, revokeGrowth), mean(all, rounds*revokeGrowth), "B")
	return nil
}
