package bundle

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// vector is one case of makeVectors.
type vector struct {
	name, expect, comment string       // expect "" is "ok"
	reader                ident.Number // 0 is node 2
	today                 clock.Day    // 0 is today
	data                  []byte
	epochs                []seal.Epoch // of the reader; nil is epochs
}

// forge returns the bundle of h and a text after its header was changed, with
// tag, encryption and signature made for the changed header: the change is the
// only fault. The keys are those of h.
func (w *world) forge(h Header, change func(header []byte) []byte) []byte {
	w.t.Helper()
	h, err := h.fit()
	if err != nil {
		w.t.Fatal(err)
	}
	serial, _ := w.keys[h.ID.Origin].At(h.ID.Day)
	h.Epoch = seal.WireEpoch(serial)
	b := &Bundle{Header: h}
	cipher, err := b.cipher(w.keys[h.ID.Origin], serial)
	if err != nil {
		w.t.Fatal(err)
	}
	header := change(h.append(nil))
	plaintext := append([]byte{byte(ContentText)}, "breaker 3 open"...)
	if h.To.Direct() {
		b.Tag, b.Sealed = cipher.SealPair(header[1:1+IDSize], header, plaintext)
	} else {
		b.Tag, b.Sealed = cipher.SealGroup(header, plaintext)
	}
	data := append(append(header, b.Tag[:]...), b.Sealed...)
	if h.Signed {
		signature := w.private[h.ID.Origin].Sign(slices.Concat([]byte(seal.LabelBundle), []byte{byte(h.ID.Day >> 8), byte(h.ID.Day)}, data))
		data = append(data, signature[:]...)
	}
	return data
}

func put(at int, values ...byte) func([]byte) []byte {
	return func(b []byte) []byte { copy(b[at:], values); return b }
}

// flipped returns data with one bit changed; at counts from the end if negative.
func flipped(data []byte, at int) []byte {
	if at < 0 {
		at += len(data)
	}
	data[at] ^= 0x10
	return data
}

func makeVectors(t *testing.T) []vectors.File {
	w := newWorld(t)
	var files []vectors.File
	for _, v := range append(goodVectors(w), badVectors(w)...) {
		v.expect = cmp.Or(v.expect, "ok")
		v.reader = cmp.Or(v.reader, 2)
		v.today = cmp.Or(v.today, today)
		f := vectors.File{Name: v.name, Data: v.data, Fields: []vectors.Field{
			{Key: "comment", Value: v.comment},
			{Key: "expect", Value: v.expect},
			{Key: "today", Value: fmt.Sprint(v.today)},
			{Key: "reader", Value: v.reader.String()},
		}}
		if v.epochs == nil {
			v.epochs = epochs
		}
		for _, e := range v.epochs {
			f.Fields = append(f.Fields, vectors.Field{Key: "epoch", Value: fmt.Sprintf("%d %d %d %x", e.Serial, e.First, e.Base, e.Key[:])})
		}
		for id := ident.GroupID(1); id <= 2 && (id == 1 || v.reader != 3); id++ {
			secret := groupSecrets[id]
			f.Fields = append(f.Fields, vectors.Field{Key: "group", Value: fmt.Sprintf("%d %x", id, secret[:])})
		}
		for _, n := range w.roster.Numbers() {
			f.Fields = append(f.Fields, vectors.Field{Key: "node", Value: fmt.Sprintf("%v %x", n, seedOf(n))})
		}
		files = append(files, f)
	}
	return files
}

func goodVectors(w *world) []vector {
	of := func(h Header, change func(*Header), c Content) []byte {
		change(&h)
		return w.compose(h, c).Encode()
	}
	same := func(*Header) {}
	before := func(h Header, c Content) []byte {
		old := seal.NewKeys(1, w.private[1], w.roster, seal.Secrets{Epochs: epochs[:1], Groups: groupSecrets})
		b, err := Compose(old, w.private[1], h, c)
		if err != nil {
			w.t.Fatal(err)
		}
		return b.Encode()
	}
	receipts := Content{Type: ContentReceipts, Body: AppendReceipts(nil, []Receipt{
		{ID{2, today - 1, 7}, [CheckSize]byte{1, 2, 3}}, {ID{2, today, 1}, [CheckSize]byte{4, 5, 6}}, {ID{2, today, 2}, [CheckSize]byte{7, 8, 9}}})}
	return []vector{
		{name: "ok-group", comment: "a text to a group, 78 bytes", data: of(groupHeader(), same, textContent(text))},
		{name: "ok-direct", comment: "a text to a node, 80 bytes", data: of(directHeader(), same, textContent(text))},
		{name: "ok-direct-origin", comment: "the origin opens its own", reader: 1, data: of(directHeader(), same, textContent(text))},
		{name: "ok-flash-signed", comment: "FLASH to a group, signed, 142 bytes", data: of(groupHeader(), func(h *Header) { h.Precedence, h.Signed = Flash, true }, textContent(text))},
		{name: "ok-direct-signed", comment: "to a node, signed", data: of(directHeader(), func(h *Header) { h.Signed = true }, textContent(text))},
		{name: "ok-empty", comment: "the shortest bundle, 18 bytes: no text", data: of(groupHeader(), same, textContent(""))},
		{name: "ok-lifetime", comment: "30 minutes: exponent 0, mantissa 29", data: of(groupHeader(), func(h *Header) { h.Lifetime = 30 * time.Minute }, textContent("x"))},
		{name: "ok-lifetime-longest", comment: "20,480 minutes: exponent 5, mantissa 19", data: of(directHeader(), func(h *Header) { h.Lifetime = MaxLifetime }, textContent("x"))},
		{name: "ok-receipts", comment: "three receipts, for which no receipt is wanted", data: of(directHeader(), func(h *Header) { h.NoReceipt, h.Precedence = true, Immediate }, receipts)},
		{name: "ok-head", comment: "a head over numbers 8 and 9, of which 8 is listed", data: of(groupHeader(), func(h *Header) { h.Signed, h.NoReceipt = true, true }, Content{Type: ContentHead,
			Body: (&Head{First: 8, Span: 2, Listed: []uint16{8}, Digest: HeadDigest([][32]byte{{1}})}).Append(nil)})},
		{name: "ok-last-second", comment: "created 2 s before midnight, sequence number 65535", data: of(groupHeader(), func(h *Header) {
			h.ID.Seq, h.Created = 65535, today.Start().Add(24*time.Hour-2*time.Second)
		}, textContent("x"))},
		{name: "ok-16-days-ago", comment: "the day is expanded to the past", today: today + 16, data: of(groupHeader(), same, textContent("x"))},
		{name: "ok-15-days-ahead", comment: "the day is expanded to the future", today: today - 15, data: of(groupHeader(), same, textContent("x"))},
		{name: "ok-older-epoch", comment: "sealed under key block 3, which looks like block 11 on the wire", data: before(groupHeader(), textContent("x"))},
		{name: "ok-unknown-content", comment: "content type 200 is no fault of the bundle", data: of(groupHeader(), same, Content{Type: 200, Body: []byte("x")})},
	}
}

func badVectors(w *world) []vector {
	group, direct, signed, timed := groupHeader(), directHeader(), groupHeader(), groupHeader()
	signed.Signed, timed.Lifetime = true, 30*time.Minute
	erased := []seal.Epoch{{Serial: 11, First: today - 18, Base: today + 1, Key: secretOf(0xEE)}}
	same := func(b []byte) []byte { return b }
	cut := func(data []byte, n int) []byte { return data[:len(data)-n] }
	long := func() []byte {
		data := w.compose(group, Content{Body: make([]byte, MaxBody)}).Encode()
		return append(data, make([]byte, MaxSize+1-len(data))...)
	}
	return []vector{
		{name: "truncated-empty", expect: "truncated", comment: "no bytes"},
		{name: "truncated-header", expect: "truncated", comment: "ends within the header", data: w.forge(group, same)[:7]},
		{name: "truncated-tag", expect: "truncated", comment: "ends within the tag", data: w.forge(group, same)[:15]},
		{name: "truncated-sealed", expect: "truncated", comment: "nothing behind the tag", data: w.forge(direct, same)[:19]},
		{name: "truncated-signature", expect: "truncated", comment: "said to be signed, 64 bytes behind the tag", data: w.forge(signed, same)[:17+64]},
		{name: "oversized", expect: "oversized", comment: "16,385 bytes", data: long()},
		{name: "version-1", expect: "version", comment: "bit 6", data: w.forge(group, func(b []byte) []byte { b[0] |= 0x40; return b })},
		{name: "version-3", expect: "version", comment: "bits 6 and 7", data: w.forge(group, func(b []byte) []byte { b[0] |= 0xC0; return b })},
		{name: "origin-0", expect: "not-canonical", comment: "origin 0", data: w.forge(group, put(1, 0, 0))},
		{name: "origin-65535", expect: "not-canonical", comment: "origin 65535", data: w.forge(group, put(1, 255, 255))},
		{name: "created-midnight", expect: "not-canonical", comment: "43,200 units are a whole day", data: w.forge(group, put(6, 0xA8, 0xC0))},
		{name: "group-0", expect: "not-canonical", comment: "group 0", data: w.forge(group, put(8, 0))},
		{name: "group-128", expect: "not-canonical", comment: "group 128", data: w.forge(group, put(8, 128))},
		{name: "addressee-0", expect: "not-canonical", comment: "addressee 0", data: w.forge(direct, put(8, 0, 0))},
		{name: "addressee-65535", expect: "not-canonical", comment: "addressee 65535", data: w.forge(direct, put(8, 255, 255))},
		{name: "addressee-origin", expect: "not-canonical", comment: "to its own origin", data: w.forge(direct, put(8, 0, 1))},
		{name: "key-id-1", expect: "not-canonical", comment: "a direct bundle with key id 1", data: w.forge(direct, put(10, 1))},
		{name: "lifetime-exponent", expect: "not-canonical", comment: "4 minutes as 1 * 4^1, which is 4 * 4^0", data: w.forge(timed, put(9, 0x20))},
		{name: "lifetime-long", expect: "not-canonical", comment: "21 * 4^5 minutes", data: w.forge(timed, put(9, 0xB4))},
		{name: "flag-no-receipt", expect: "unauthentic", comment: "the no-receipt flag was set on the way", data: put(0, 0x13)(w.forge(group, same))},
		{name: "flag-precedence", expect: "unauthentic", comment: "made IMMEDIATE on the way", data: put(0, 0x01)(w.forge(group, same))},
		{name: "header-sequence", expect: "unauthentic", comment: "one bit of the sequence number", data: flipped(w.forge(group, same), 5)},
		{name: "header-created", expect: "unauthentic", comment: "one bit of the time of creation", data: flipped(w.forge(group, same), 7)},
		{name: "tag-flipped", expect: "unauthentic", comment: "one bit of the tag", data: flipped(w.forge(group, same), 10)},
		{name: "sealed-flipped", expect: "unauthentic", comment: "one bit of the text", data: flipped(w.forge(group, same), -1)},
		{name: "sealed-cut", expect: "unauthentic", comment: "last byte of the text is missing", data: cut(w.forge(group, same), 1)},
		{name: "direct-tag-flipped", expect: "unauthentic", comment: "one bit of the tag", data: flipped(w.forge(direct, same), 12)},
		{name: "direct-sealed-flipped", expect: "unauthentic", comment: "one bit of the text", data: flipped(w.forge(direct, same), -1)},
		{name: "month-later", expect: "unauthentic", comment: "played back after 32 days", today: today + 32, data: w.forge(group, same)},
		{name: "other-group", expect: "unauthentic", comment: "sealed with the key of group 1", data: w.forge(group, put(8, 2))},
		{name: "no-key-direct", expect: "no-key", comment: "the reader is neither origin nor addressee", reader: 3, data: w.forge(direct, same)},
		{name: "no-key-group", expect: "no-key", comment: "the reader is not in group 2", reader: 3, data: w.forge(Header{
			ID: group.ID, To: Destination{Group: 2}, Created: group.Created}, same)},
		{name: "no-key-epoch", expect: "no-key", comment: "key blocks that end in the bits 100", data: w.forge(group, func(b []byte) []byte { b[3] ^= 7; return b })},
		{name: "no-key-day", expect: "no-key", comment: "the keys of a day that the reader has erased", epochs: erased, data: w.forge(group, same)},
		{name: "signature-flipped", expect: "bad-signature", comment: "one bit of the signature", data: flipped(w.forge(signed, same), -20)},
		{name: "signature-header", expect: "bad-signature", comment: "made IMMEDIATE on the way", data: put(0, 0x09)(w.forge(signed, same))},
		{name: "signature-month-later", expect: "bad-signature", comment: "played back after 32 days", today: today + 32, data: w.forge(signed, same)},
		{name: "signature-other-node", expect: "bad-signature", comment: "sealed by a member of the group, signed by node 3 in the name of node 1", data: func() []byte {
			b := w.compose(signed, textContent("x"))
			b.Signature = w.private[3].Sign(b.SignedBytes())
			return b.Encode()
		}()},
		{name: "signature-no-label", expect: "bad-signature", comment: "signed without label and day", data: func() []byte {
			b := w.compose(signed, textContent("x"))
			b.Signature = w.private[1].Sign(b.Encode()[:b.Size()-signatureSize])
			return b.Encode()
		}()},
		{name: "signature-no-day", expect: "bad-signature", comment: "signed without the day in full", data: func() []byte {
			b := w.compose(signed, textContent("x"))
			b.Signature = w.private[1].Sign(append([]byte(seal.LabelBundle), b.Encode()[:b.Size()-signatureSize]...))
			return b.Encode()
		}()},
	}
}
