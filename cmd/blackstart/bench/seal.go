package bench

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/sim"
)

const (
	sealOrigins  = 2048 // more than a node remembers the ciphers of
	sealFrames   = 4096
	outsiderSize = 220 // bytes of a stranger's frame
)

var errSlip = errors.New("what was measured did not do what it is measured for")

// Seal measures the cryptography of one message on one processor, with the
// figures of processor time under the plain names and those of the clock beside
// them. A text of 60 characters to a group is composed into the bytes that
// travel (seal), and read and opened from them (open), unsigned, with the day's
// cipher at hand.
func Seal(o PaceOptions) (*Report, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	r := newReport("seal")
	r.Parameters["rounds"] = o.Rounds
	r.Parameters["round_ms"] = o.Round.Milliseconds()
	r.Parameters["processors"] = 1
	r.Parameters["figures"] = "median of the rounds; -wall is by the clock, the others are processor time"
	b, err := newSealBench()
	if err != nil {
		return nil, err
	}
	r.Parameters["text_bytes"] = len(b.text.Body)
	for _, step := range []struct {
		name string
		add  func(string, pace)
		do   func() error
	}{
		{"seal/per_s", r.addRate, b.seal},
		{"open/per_s", r.addRate, b.opener(b.group)},
		{"pair_open/per_s", r.addRate, b.opener(b.direct)},
		{"sign/per_s", r.addRate, b.sign},
		{"verify/per_s", r.addRate, b.verify},
		{"first_of_day_us", r.addMicroseconds, b.first},
		{"first_of_pair_us", r.addMicroseconds, b.firstOfPair},
		{"block_verify_us", r.addMicroseconds, b.verifyBlock},
		{"outsider_frame_us", r.addMicroseconds, b.outsider},
	} {
		p, err := measurePace(o, step.do)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
		step.add(step.name, p)
	}
	return r, nil
}

// sealBench is two nodes, 1 and 2, and what is measured of them.
type sealBench struct {
	op            *sim.Operator
	keys          [2]*seal.Keys
	secrets       seal.Secrets  // from which those of node 2 come
	header        bundle.Header // of a message of node 1 to the group
	text          bundle.Content
	group, direct []byte // the message as it travels, to the group and to node 2
	signed        *bundle.Bundle
	firsts        []*bundle.Bundle // each of another origin
	next          int
	blocks        *revokeBench
	checkBlock    func() error
	strangers     [][]byte
	tried         *frame.KeySet
	receiver      *frame.Receiver
	today         clock.Day
}

func newSealBench() (*sealBench, error) {
	b := &sealBench{today: clock.WallOf(time.Now()).Day(), text: bundle.Content{Type: bundle.ContentText}}
	texts, err := readTexts("")
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		if len(text) == 60 {
			b.text.Body = []byte(text)
			break
		}
	}
	if b.op, err = sim.NewOperator(1, 2, b.today); err != nil {
		return nil, err
	}
	for i := range b.keys {
		ring, err := b.op.Ring(ident.Number(i+1), b.today)
		if err != nil {
			return nil, err
		}
		b.secrets = ring.Secrets()
		b.keys[i] = seal.NewKeys(ident.Number(i+1), b.op.Private[i], b.op.Roster, b.secrets)
	}
	b.header = bundle.Header{ID: bundle.ID{Origin: 1, Day: b.today}, Precedence: bundle.Routine,
		To: bundle.Destination{Group: sim.Everyone}, Created: b.today.Start().Add(9 * time.Hour)}
	if err := b.compose(); err != nil {
		return nil, err
	}
	if err := b.makeBlock(); err != nil {
		return nil, err
	}
	return b, b.makeFrames()
}

// compose makes the messages that are opened.
func (b *sealBench) compose() error {
	h := b.header
	one, err := bundle.Compose(b.keys[0], b.op.Private[0], h, b.text)
	if err != nil {
		return err
	}
	b.group = one.Encode()
	h.Signed = true
	if b.signed, err = bundle.Compose(b.keys[0], b.op.Private[0], h, b.text); err != nil {
		return err
	}
	h.Signed, h.To = false, bundle.Destination{Node: 2}
	if one, err = bundle.Compose(b.keys[0], b.op.Private[0], h, b.text); err != nil {
		return err
	}
	b.direct = one.Encode()
	for i := range sealOrigins {
		h = b.header
		h.ID.Origin = ident.Number(i + 1)
		if one, err = bundle.Compose(b.keys[0], b.op.Private[0], h, b.text); err != nil {
			return err
		}
		b.firsts = append(b.firsts, one)
	}
	return nil
}

func (b *sealBench) makeBlock() (err error) {
	if b.blocks, err = newRevokeBench(1, 1000); err != nil {
		return err
	}
	out, _ := b.blocks.choose(1)
	block, _, err := b.blocks.tree().Make(b.blocks.plan(1, out), b.blocks.root, b.blocks.entropy)
	b.checkBlock = func() error {
		return block.Verify(ident.Ed25519{}, b.blocks.root.SignKey(), b.blocks.operator)
	}
	return err
}

// makeFrames makes what strangers send, and as many keys as a node tries on it.
func (b *sealBench) makeFrames() error {
	noise := rand.NewChaCha8([32]byte{1})
	for range sealFrames {
		f := make([]byte, outsiderSize)
		noise.Read(f) // never fails
		b.strangers = append(b.strangers, f)
	}
	keys := []*frame.Key{frame.NewBootstrapKey(b.keys[0].Bootstrap())}
	for d := b.today; len(keys) < frame.MaxKeys; d++ {
		k, ok := b.keys[0].Link(1, d)
		if !ok {
			return fmt.Errorf("no link key of day %d", d)
		}
		keys = append(keys, frame.NewKey(k))
	}
	b.tried, b.receiver = frame.NewKeySet(keys...), frame.NewReceiver()
	return nil
}

func (b *sealBench) seal() error {
	b.header.ID.Seq++
	one, err := bundle.Compose(b.keys[0], b.op.Private[0], b.header, b.text)
	if err != nil {
		return err
	}
	if len(one.Encode()) != len(b.group) {
		return errSlip
	}
	return nil
}

// opener opens a message as node 2, from the bytes that travelled.
func (b *sealBench) opener(data []byte) func() error {
	return func() error {
		one, err := bundle.Decode(data, b.today)
		if err != nil {
			return err
		}
		o, err := one.Open(b.keys[1])
		if err == nil && !bytes.Equal(o.Body, b.text.Body) {
			err = errSlip
		}
		return err
	}
}

func (b *sealBench) sign() error {
	if b.op.Private[0].Sign(b.signed.SignedBytes()) != b.signed.Signature {
		return errSlip
	}
	return nil
}

func (b *sealBench) verify() error {
	cert, _ := b.op.Roster.Certificate(1)
	if !b.signed.Verify(ident.Ed25519{}, cert) {
		return errSlip
	}
	return nil
}

// first opens the first message of an origin on a day.
func (b *sealBench) first() error {
	b.next = (b.next + 1) % len(b.firsts)
	_, err := b.firsts[b.next].Open(b.keys[1])
	return err
}

// firstOfPair opens the first message of a pair.
func (b *sealBench) firstOfPair() error {
	b.keys[1] = seal.NewKeys(2, b.op.Private[1], b.op.Roster, b.secrets) // nothing is derived yet
	return b.opener(b.direct)()
}

func (b *sealBench) verifyBlock() error { return b.checkBlock() }

// outsider refuses a frame that nobody of the network made.
func (b *sealBench) outsider() error {
	b.next = (b.next + 1) % len(b.strangers)
	if _, _, err := b.receiver.Open(b.tried, b.strangers[b.next]); err != frame.ErrUnauthentic {
		return errSlip
	}
	return nil
}
