package frame

import (
	"bytes"
	"cmp"
	"fmt"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

const (
	frameDir = "testdata/vectors" // whole frames, each for a receiver that has heard nothing
	itemDir  = "testdata/items"   // bodies of items
)

// classes are those that the vectors expect.
var classes = vectors.Classes{
	"truncated": ErrTruncated, "oversized": ErrOversized, "unauthentic": ErrUnauthentic, "replayed": ErrReplayed,
	"version": ErrVersion, "misplaced": ErrMisplaced, "malformed": ErrMalformed,
}

// vectorKeys are those of all vectors: two link keys and the bootstrap key.
var vectorKeys = []struct {
	name string
	seed byte
}{{"link", 1}, {"link", 33}, {"bootstrap", 65}}

func (v frameVector) key() *Key {
	if v.under == 2 {
		return NewBootstrapKey(linkKey(vectorKeys[2].seed))
	}
	return testKey(vectorKeys[v.under].seed)
}

// frameVector is one case of a whole frame: f sealed, or plain sealed as it is, or
// data as it is.
type frameVector struct {
	name, expect, comment string
	under                 int // index into vectorKeys
	f                     Frame
	plain, data           []byte
}

func frameVectors() []frameVector {
	relayed := bundleOf(7, "...")
	item := func(k Kind, body []byte) []Item { return []Item{{k, body}} }
	hello := Frame{From: 7, Counter: 0x00010203, Items: item(KindHello, Hello{CounterHigh: 1, Summary: 0xa1b2c3d4, Flags: 1}.Append(nil))}
	sealed := Seal(testKey(1), hello)
	flip := func(at int) []byte { b := bytes.Clone(sealed); b[at] ^= 1; return b }
	p := func(s string) []byte { return []byte(s) }
	return []frameVector{
		{name: "ok-hello", comment: "carries the high bits of its counter", f: hello},
		{name: "ok-bundle", comment: "the transmitter is the bundle's origin and left out", f: Frame{From: 7, Counter: 0x0203, Items: item(KindBundle, relayed)}},
		{name: "ok-several", comment: "a bundle passed on by node 8, a vector, a fragment", f: Frame{From: 8, Counter: 0x0001, Items: []Item{{KindBundle, relayed}, {KindVector, []byte{9}},
			{KindFragment, Fragment{Transfer: 0x1234, Index: 2, Count: 3, Data: []byte("end")}.Append(nil)}}}},
		{name: "ok-second-key", comment: "under the link key of another day", under: 1, f: Frame{From: 7, Counter: 9, Items: item(KindVector, []byte{9})}},
		{name: "ok-challenge", comment: "challenge and echo", f: Frame{From: 7, Counter: 10, Items: []Item{{KindChallenge, Challenge{Nonce: [4]byte{1, 2, 3, 4}, To: []ident.Number{8}}.Append(nil)},
			{KindChallenge, Echo{To: 9, MAC: [8]byte{1, 2, 3, 4, 5, 6, 7, 8}}.Append(nil)}}}},
		{name: "ok-key-hello", comment: "under the bootstrap key, carries the high bits of its counter", under: 2,
			f: Frame{From: 7, Counter: 0x00050006, Items: item(KindKeyHello, KeyHello{CounterHigh: 5, Serial: 12, Day: 20416}.Append(nil))}},
		{name: "ok-key-part", comment: "under the bootstrap key, 220 bytes", under: 2,
			f: Frame{From: 7, Counter: 7, Items: item(KindKeyPart, KeyPart{Serial: 12, Index: 1, Pieces: 1, Data: make([]byte, MaxKeyPart)}.Append(nil))}},
		{name: "empty", expect: "truncated", comment: "no bytes", data: []byte{}},
		{name: "short", expect: "truncated", comment: "8 bytes", data: sealed[:8]},
		{name: "long", expect: "oversized", comment: "32,769 bytes; the file holds the first 64, fill up with zeros", data: make([]byte, MaxSize+1)},
		{name: "cut", expect: "unauthentic", comment: "the last byte is gone", data: sealed[:len(sealed)-1]},
		{name: "tag-flipped", expect: "unauthentic", comment: "one bit of the tag", data: flip(0)},
		{name: "first-byte-flipped", expect: "unauthentic", comment: "one bit of the first byte", data: flip(6)},
		{name: "body-flipped", expect: "unauthentic", comment: "one bit of the body", data: flip(len(sealed) - 1)},
		{name: "other-key", expect: "unauthentic", comment: "sealed under none of the keys", data: Seal(testKey(129), hello)},
		{name: "high-bits", expect: "unauthentic", comment: "counter 00010203 of an unknown transmitter without a hello", f: Frame{From: 7, Counter: 0x00010203, Items: item(KindVector, []byte{9})}},
		{name: "no-transmitter", expect: "unauthentic", comment: "a vector that names no transmitter", plain: p("\x01\x00\x00\x09")},
		{name: "version-1", expect: "version", comment: "version bits 1, under the key tried first", plain: p("\x51\x00\x00\x00\x07\x09")},
		{name: "node-0", expect: "malformed", comment: "transmitter 0", plain: p("\x11\x00\x00\x00\x00\x09")},
		{name: "node-65535", expect: "malformed", comment: "transmitter 65535", plain: p("\x11\x00\x00\xff\xff\x09")},
		{name: "transmitter-twice", expect: "malformed", comment: "the transmitter is the origin and not left out", plain: p("\x12\x00\x00\x00\x07\x00\x00\x07")},
		{name: "one-with-length", expect: "malformed", comment: "bit 5 with one item", plain: p("\x31\x00\x00\x00\x07\x01\x09")},
		{name: "length-long-form", expect: "malformed", comment: "a length in two bytes that needs one", plain: p("\x31\x00\x00\x00\x07\x81\x00\x09\x01\x01\x09")},
		{name: "length-beyond", expect: "malformed", comment: "a length beyond the end", plain: p("\x31\x00\x00\x00\x07\x04\x09\x01\x01")},
		{name: "kind-16", expect: "malformed", comment: "the second item is of kind 16", plain: p("\x31\x00\x00\x00\x07\x01\x09\x10\x01\x09")},
		{name: "key-hello-under-link", expect: "misplaced", comment: "a key hello under a link key", plain: append(p("\x17\x00\x00\x00\x07"), KeyHello{Serial: 1}.Append(nil)...)},
		{name: "vector-under-bootstrap", expect: "misplaced", comment: "a vector under the bootstrap key", under: 2, plain: p("\x11\x00\x00\x00\x07\x09")},
		{name: "receipt-behind-key-ask", expect: "misplaced", comment: "a receipt as the second item under the bootstrap key", under: 2,
			plain: append(p("\x39\x00\x00\x00\x07\x07"), append(KeyAsk{To: 8, Serial: 1, Parts: []int{0}}.Append(nil), 6, 1, 9)...)},
	}
}

func describe(f Frame, under *Key, keys []*Key) []vectors.Field {
	fields := []vectors.Field{{Key: "from", Value: f.From.String()}, {Key: "counter", Value: fmt.Sprintf("%08x", f.Counter)}}
	for i, k := range keys {
		if k == under {
			fields = append(fields, vectors.Field{Key: "under", Value: fmt.Sprintf("key %d", i+1)})
		}
	}
	for _, it := range f.Items {
		fields = append(fields, vectors.Field{Key: "item", Value: fmt.Sprintf("%d %x", it.Kind, it.Body)})
	}
	return fields
}

func makeFrameVectors(t *testing.T) []vectors.File {
	var files []vectors.File
	for _, v := range frameVectors() {
		switch {
		case v.f.Items != nil:
			v.data = Seal(v.key(), v.f)
		case v.plain != nil:
			v.data = sealPlain(v.key(), 0, v.plain)
		}
		f := vectors.File{Name: v.name, Data: v.data, Fields: []vectors.Field{{Key: "comment", Value: v.comment}, {Key: "expect", Value: cmp.Or(v.expect, "ok")}}}
		if len(f.Data) > MaxSize {
			f.Fields = append(f.Fields, vectors.Field{Key: "length", Value: fmt.Sprint(len(f.Data))})
			f.Data = f.Data[:64]
		}
		for _, k := range vectorKeys {
			lk := linkKey(k.seed)
			f.Fields = append(f.Fields, vectors.Field{Key: k.name, Value: fmt.Sprintf("%x %x", lk.MAC[:], lk.Enc[:])})
		}
		files = append(files, f)
	}
	return files
}

// readFrame opens a vector with the keys in its head.
func readFrame(t *testing.T, f vectors.File) ([]vectors.Field, error) {
	t.Helper()
	var keys []*Key
	for _, name := range []string{"link", "bootstrap"} {
		for _, line := range f.All(name) {
			var mac, enc []byte
			if _, err := fmt.Sscanf(line, "%x %x", &mac, &enc); err != nil {
				t.Fatal(err)
			}
			lk := seal.LinkKey{MAC: [32]byte(mac), Enc: [32]byte(enc)}
			if name == "link" {
				keys = append(keys, NewKey(lk))
			} else {
				keys = append(keys, NewBootstrapKey(lk))
			}
		}
	}
	data := f.Data
	if len(f.All("length")) > 0 {
		var n int
		fmt.Sscan(f.Get(t, "length"), &n)
		data = append(bytes.Clone(data), make([]byte, n-len(data))...)
	}
	got, under, err := NewReceiver().Open(NewKeySet(keys...), data)
	if err != nil {
		return nil, err
	}
	f.Again(t, Seal(under, got))
	return describe(got, under, keys), nil
}

// TestFrameVectors holds the code to the files in testdata/vectors.
func TestFrameVectors(t *testing.T) {
	vectors.Set{Dir: frameDir, Classes: classes.Only("truncated", "oversized", "unauthentic", "version", "misplaced", "malformed"), Make: makeFrameVectors, Read: readFrame}.Hold(t)
}

// again decodes a body by its kind, says what it holds and encodes it once more.
func again(kind Kind, body []byte) (said string, encoded []byte, err error) {
	switch kind {
	case KindHello:
		h, err := DecodeHello(body)
		return fmt.Sprintf("high %d summary %08x flags %d", h.CounterHigh, h.Summary, h.Flags), h.Append(nil), err
	case KindFragment:
		f, err := DecodeFragment(body)
		return fmt.Sprintf("transfer %04x shard %d of %d data %x", f.Transfer, f.Index, f.Count, f.Data), f.Append(nil), err
	case KindNeed:
		n, err := DecodeNeed(body)
		if err != nil {
			return "", nil, err
		}
		return fmt.Sprintf("to %v transfer %04x more %v", n.To, n.Transfer, n.More), n.Append(nil), nil
	case KindAccept:
		a, err := DecodeAccept(body, today)
		return fmt.Sprintf("to %v mac %x ids %v", a.To, a.MAC, a.IDs), a.Append(nil), err
	case KindReceipt:
		r, err := DecodeReceipt(body, today)
		return fmt.Sprintf("id %v proof %x", r.ID, r.T), r.Append(nil), err
	case KindKeyHello:
		h, err := DecodeKeyHello(body)
		return fmt.Sprintf("high %d serial %d day %d flags %d", h.CounterHigh, h.Serial, h.Day, h.Flags), h.Append(nil), err
	case KindKeyPart:
		p, err := DecodeKeyPart(body)
		return fmt.Sprintf("serial %d part %d piece %d of %d data %x", p.Serial, p.Index, p.Piece, p.Pieces, p.Data), p.Append(nil), err
	case KindKeyAsk:
		a, err := DecodeKeyAsk(body)
		return fmt.Sprintf("to %v serial %d parts %v", a.To, a.Serial, a.Parts), a.Append(nil), err
	case KindChallenge:
		c, e, err := DecodeChallenge(body)
		switch {
		case err != nil:
			return "", nil, err
		case e != nil:
			return fmt.Sprintf("echo to %v mac %x", e.To, e.MAC), e.Append(nil), nil
		}
		return fmt.Sprintf("nonce %x to %v", c.Nonce, c.To), c.Append(nil), nil
	case KindHearing:
		h, err := DecodeHearing(body)
		return saidHearing(h), h.Append(nil), err
	}
	return "", nil, fmt.Errorf("kind %d", kind)
}

// saidHearing tells levels in their units, "-" where they are not known.
func saidHearing(h Hearing) string {
	text := fmt.Sprintf("frames %d all %v", h.Frames, h.All)
	level := func(v int, told bool) string {
		if !told {
			return "-"
		}
		return fmt.Sprint(v)
	}
	for _, r := range h.Of {
		text += fmt.Sprintf("; %v loss %s snr %s rssi %s", r.Node, level(int(r.Loss), r.Loss != LossUnknown), level(r.SNRdB()), level(r.RSSIdBm()))
	}
	return text
}

func makeItemVectors(*testing.T) []vectors.File {
	id := bundle.ID{Origin: 3, Day: 20416, Seq: 5}
	var files []vectors.File
	add := func(name string, kind Kind, expect, comment string, body []byte) {
		files = append(files, vectors.File{Name: name, Data: body, Fields: []vectors.Field{{Key: "comment", Value: comment},
			{Key: "kind", Value: fmt.Sprint(int(kind))}, {Key: "expect", Value: expect}, {Key: "today", Value: fmt.Sprint(int(today))}}})
	}
	cut := func(b []byte, n int) []byte { return b[:len(b)-n] }
	hello := Hello{CounterHigh: 1, Summary: 2, Flags: 3}.Append(nil)
	add("hello", KindHello, "ok", "a beacon", hello)
	add("hello-short", KindHello, "truncated", "no flags", cut(hello, 1))
	add("hello-long", KindHello, "oversized", "one byte more", append(bytes.Clone(hello), 0))
	frag := Fragment{Transfer: 0x1234, Count: 3, Index: 2, Data: []byte("end")}.Append(nil)
	add("fragment", KindFragment, "ok", "the last of three", frag)
	add("fragment-repair", KindFragment, "ok", "the last shard that there is of three pieces", Fragment{Transfer: 0x1234, Count: 3, Index: 254, Data: []byte("mend")}.Append(nil))
	add("fragment-blocks", KindFragment, "ok", "the last shard of 65 pieces in two blocks", Fragment{Transfer: 0x1234, Count: 65, Index: 510, Data: []byte("mend")}.Append(nil))
	add("fragment-empty", KindFragment, "truncated", "no data", cut(frag, 3))
	add("fragment-index", KindFragment, "malformed", "shard 255 of three pieces", []byte{0x12, 0x34, 3, 255, 'x'})
	add("fragment-index-blocks", KindFragment, "malformed", "shard 511 of 65 pieces", []byte{0x12, 0x34, 65, 0x01, 0xff, 'x'})
	add("fragment-none", KindFragment, "malformed", "of no pieces", []byte{0x12, 0x34, 0, 0, 'x'})
	add("fragment-count", KindFragment, "oversized", "1,025 pieces", []byte{0x12, 0x34, 0x81, 0x08, 0, 0, 'x'})
	add("fragment-long", KindFragment, "oversized", "127 pieces of 131 bytes", append([]byte{0x12, 0x34, 127, 0, 0}, make([]byte, 131)...))
	add("need", KindNeed, "ok", "three more", Need{To: 9, Transfer: 7, More: []int{3}}.Append(nil))
	add("need-blocks", KindNeed, "ok", "one more of the first block, 64 of the third", Need{To: 9, Transfer: 7, More: []int{1, 0, 64}}.Append(nil))
	add("need-nothing", KindNeed, "malformed", "none", []byte{0, 9, 0, 7, 0})
	add("need-zero-end", KindNeed, "malformed", "none of the last block", []byte{0, 9, 0, 7, 1, 0})
	add("need-many", KindNeed, "malformed", "65 more", []byte{0, 9, 0, 7, 65})
	add("need-many-blocks", KindNeed, "oversized", "17 blocks", append([]byte{0, 9, 0, 7}, bytes.Repeat([]byte{1}, 17)...))
	accept := Accept{To: 9, MAC: [8]byte{1, 2, 3}, IDs: []bundle.ID{id}}.Append(nil)
	add("accept", KindAccept, "ok", "one bundle", accept)
	add("accept-none", KindAccept, "truncated", "no bundle", cut(accept, 5))
	add("accept-half", KindAccept, "malformed", "half an id", append(bytes.Clone(accept), 1))
	add("accept-twice", KindAccept, "malformed", "one id twice", append(bytes.Clone(accept), accept[len(accept)-5:]...))
	receipt := Receipt{ID: id, T: [8]byte{1, 2, 3}}.Append(nil)
	add("receipt", KindReceipt, "ok", "of one bundle", receipt)
	add("receipt-short", KindReceipt, "truncated", "T of 7 bytes", cut(receipt, 1))
	add("key-hello", KindKeyHello, "ok", "newest block 12", KeyHello{CounterHigh: 5, Serial: 12, Day: 20416}.Append(nil))
	add("key-hello-serial-0", KindKeyHello, "malformed", "serials begin at 1", KeyHello{}.Append(nil))
	add("key-hello-short", KindKeyHello, "truncated", "no flags", cut(KeyHello{Serial: 1}.Append(nil), 1))
	add("key-part", KindKeyPart, "ok", "a whole part", KeyPart{Serial: 12, Index: 255, Pieces: 1, Data: []byte("part")}.Append(nil))
	add("key-part-piece", KindKeyPart, "ok", "the last piece of seven", KeyPart{Serial: 12, Index: 1, Piece: 6, Pieces: 7, Data: []byte("end")}.Append(nil))
	add("key-part-of-one", KindKeyPart, "malformed", "one piece of one", []byte{0x80, 0, 0, 12, 1, 0, 'x'})
	add("key-part-beyond", KindKeyPart, "malformed", "piece 3 of 3", []byte{0x80, 0, 0, 12, 1, 0x32, 'x'})
	add("key-part-long", KindKeyPart, "oversized", "205 bytes", KeyPart{Serial: 12, Pieces: 1, Data: make([]byte, MaxKeyPart+1)}.Append(nil))
	add("key-ask", KindKeyAsk, "ok", "parts 0 and 9", KeyAsk{To: 8, Serial: 12, Parts: []int{0, 9}}.Append(nil))
	add("key-ask-none", KindKeyAsk, "truncated", "no part", KeyAsk{To: 8, Serial: 12}.Append(nil))
	add("key-ask-zero-end", KindKeyAsk, "malformed", "the last byte is zero", append(KeyAsk{To: 8, Serial: 12, Parts: []int{0}}.Append(nil), 0))
	add("key-ask-long", KindKeyAsk, "oversized", "part 256", append(KeyAsk{To: 8, Serial: 12, Parts: []int{255}}.Append(nil), 1))
	add("challenge-all", KindChallenge, "ok", "to everybody", Challenge{Nonce: [4]byte{1, 2, 3, 4}}.Append(nil))
	add("challenge-two", KindChallenge, "ok", "to two", Challenge{Nonce: [4]byte{1, 2, 3, 4}, To: []ident.Number{1, 300}}.Append(nil))
	add("challenge-order", KindChallenge, "malformed", "numbers descend", Challenge{To: []ident.Number{2, 1}}.Append(nil))
	add("challenge-form", KindChallenge, "malformed", "form 2", []byte{2, 1, 2, 3, 4})
	add("challenge-many", KindChallenge, "oversized", "17 numbers", Challenge{To: make([]ident.Number, MaxChallenged+1)}.Append(nil))
	add("echo", KindChallenge, "ok", "an echo", Echo{To: 9, MAC: [8]byte{1, 2, 3}}.Append(nil))
	hearing := Hearing{All: true, Frames: 300, Of: []Reception{{Node: 8, Loss: 1, SNR: SNRCode(-7), RSSI: RSSICode(-98)}, {Node: 9, Loss: LossUnknown}}}.Append(nil)
	add("hearing", KindHearing, "ok", "two neighbours, and that is all", hearing)
	add("hearing-none", KindHearing, "ok", "nobody, and others may be heard", Hearing{Frames: 1}.Append(nil))
	add("hearing-ends", KindHearing, "ok", "the ends of all scales", Hearing{Of: []Reception{{Node: 1, SNR: 1, RSSI: 1}, {Node: 65534, Loss: LossAll, SNR: 63, RSSI: 63}}}.Append(nil))
	add("hearing-short", KindHearing, "truncated", "half a count", hearing[:1])
	add("hearing-half", KindHearing, "malformed", "half a neighbour", cut(hearing, 2))
	add("hearing-order", KindHearing, "malformed", "numbers descend", Hearing{Of: []Reception{{Node: 2}, {Node: 1}}}.Append(nil))
	add("hearing-many", KindHearing, "oversized", "65 neighbours", Hearing{Of: make([]Reception, MaxReceptions+1)}.Append(nil))
	add("echo-short", KindChallenge, "truncated", "MAC of 7 bytes", cut(Echo{To: 9}.Append(nil), 1))
	return files
}

// TestItemVectors holds the decoders to the files in testdata/items.
func TestItemVectors(t *testing.T) {
	vectors.Set{Dir: itemDir, Classes: classes.Only("truncated", "oversized", "malformed"), Make: makeItemVectors, Read: vectors.Says(readItem)}.Hold(t)
}

func readItem(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	var kind Kind
	if _, err := fmt.Sscan(f.Get(t, "kind"), &kind); err != nil {
		t.Fatal(err)
	}
	said, encoded, err := again(kind, f.Data)
	if err == nil {
		f.Again(t, encoded)
	}
	return said, err
}
