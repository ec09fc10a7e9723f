package bundle

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

const actVectorDir = "testdata/acts"

// appender is every body that this file is about.
type appender interface{ Append([]byte) []byte }

// decoders are those of the contents of orders, shifts, suspensions and group secrets, by the
// names that the vectors have for them.
func decoders() map[string]func([]byte) (appender, error) {
	return map[string]func([]byte) (appender, error){
		"shift":        func(b []byte) (appender, error) { v, err := DecodeShift(b); return v, err },
		"order":        func(b []byte) (appender, error) { v, err := DecodeOrder(b); return v, err },
		"readback":     func(b []byte) (appender, error) { v, err := DecodeReadback(b); return v, err },
		"cancellation": func(b []byte) (appender, error) { v, err := DecodeCancellation(b); return v, err },
		"group-secret": func(b []byte) (appender, error) { v, err := DecodeGroupSecret(b); return v, err },
		"sent-on":      func(b []byte) (appender, error) { v, err := DecodeSentOn(b); return v, err },
		"suspension":   func(b []byte) (appender, error) { v, err := DecodeSuspension(b); return v, err },
	}
}

// anna is a person with a credential, and a shift of hers on node 4.
func anna(t testing.TB) (*ident.Private, Shift) {
	t.Helper()
	entropy := rand.NewChaCha8([32]byte{42})
	root, err := ident.NewPrivate(entropy)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ident.NewPrivate(entropy)
	if err != nil {
		t.Fatal(err)
	}
	c := &ident.Credential{Operator: ident.OperatorOf(root.SignKey()), Person: 7, Name: "Anna Weber", Role: "shift leader",
		Rights: ident.MayFlash | ident.MayOrder, Key: key.SignKey(), From: today, Until: today + 400}
	c.Signature = root.Sign(c.SignedBytes())
	s := Shift{At: today.Start().Add(6 * time.Hour), For: 8 * time.Hour, Credential: c}
	s.Signature = key.Sign(s.SignedBytes(4))
	return key, s
}

// actCase is one vector.
type actCase struct {
	kind, name, expect, comment string
	data                        []byte
}

func with(b []byte, at int, values ...byte) []byte { return put(at, values...)(bytes.Clone(b)) }

func shiftCases(t testing.TB) []actCase {
	_, shift := anna(t)
	begin, end := shift.Append(nil), Shift{At: shift.At}.Append(nil)
	return []actCase{
		{"shift", "ok-begins", "ok", "Anna works on node 4 for eight hours", begin},
		{"shift", "ok-ends", "ok", "nobody works on the device any more", end},
		{"shift", "truncated-empty", "truncated", "no bytes", nil},
		{"shift", "truncated-head", "truncated", "ends within the time", begin[:5]},
		{"shift", "truncated-credential", "truncated", "ends within the credential", begin[:60]},
		{"shift", "truncated-signature", "truncated", "a signature of 63 bytes", begin[:len(begin)-1]},
		{"shift", "oversized-begin", "oversized", "a byte behind the signature", append(bytes.Clone(begin), 0)},
		{"shift", "oversized-end", "oversized", "an end with a byte behind it", append(bytes.Clone(end), 0)},
		{"shift", "version-2", "version", "another version", with(begin, 0, 2)},
		{"shift", "act-3", "not-canonical", "neither begins nor ends", with(begin, 1, 3)},
		{"shift", "minutes-0", "not-canonical", "a shift of no time", with(begin, 6, 0, 0)},
		{"shift", "minutes-961", "not-canonical", "a shift of 16 hours and a minute", with(begin, 6, 3, 0xC1)},
		{"shift", "credential-version", "not-canonical", "a credential of version 9", with(begin, 9, 9)},
	}
}

func actCases() []actCase {
	ref := OrderRef{ID: ID{Origin: 4, Day: today, Seq: 2}, Hash: [8]byte{1, 2, 3, 4, 5, 6, 7, 8}, Person: 7}
	order := Order{Person: 7, Valid: OrderValid, Error: 3 * time.Second, Text: "open breaker 3"}.Append(nil)
	readback := Readback{OrderRef: ref, Text: "breaker 3 open"}.Append(nil)
	confirm := Readback{OrderRef: ref, Confirms: true}.Append(nil)
	cancel := Cancellation{OrderRef: ref, Reason: "wrong breaker"}.Append(nil)
	secret := GroupSecret{Group: 3, Edition: 2, Secret: seal.Secret{9}}.Append(nil)
	on := SentOn{Day: today, Seq: 5, To: 3, Created: today.Start(), Text: "report"}.Append(nil)
	return []actCase{
		{"order", "ok-order", "ok", "15 minutes, by a clock good to 3 s, by person 7", order},
		{"order", "ok-device", "ok", "nobody is on shift, and the clock is not known", with(order, 1, 0, 0, 0, 1, 0xFF, 0xFF)},
		{"order", "truncated-empty", "truncated", "no bytes", nil},
		{"order", "truncated-text", "truncated", "no text", order[:7]},
		{"order", "version-2", "version", "another version", with(order, 0, 2)},
		{"order", "minutes-0", "not-canonical", "valid for no time", with(order, 3, 0, 0)},
		{"order", "minutes-1441", "not-canonical", "valid for a day and a minute", with(order, 3, 5, 0xA1)},
		{"order", "text-bytes", "not-canonical", "a text that is not UTF-8", with(order, 7, 0xFF)},
		{"order", "text-long", "not-canonical", "a text of 1,001 bytes", append(bytes.Clone(order[:7]), strings.Repeat("x", MaxOrderText+1)...)},
		{"readback", "ok-reads-back", "ok", "person 7 reads back", readback},
		{"readback", "ok-confirms", "ok", "who ordered confirms, without a word", confirm},
		{"readback", "truncated-empty", "truncated", "no bytes", nil},
		{"readback", "truncated-order", "truncated", "ends within the reference", readback[:12]},
		{"readback", "truncated-text", "truncated", "ends within the text", readback[:len(readback)-1]},
		{"readback", "oversized-text", "oversized", "a byte behind the text", append(bytes.Clone(readback), 0)},
		{"readback", "version-2", "version", "another version", with(readback, 0, 2)},
		{"readback", "act-3", "not-canonical", "neither reads back nor confirms", with(readback, 1, 3)},
		{"readback", "origin-0", "not-canonical", "an order of no node", with(readback, 2, 0, 0)},
		{"readback", "text-bytes", "not-canonical", "a text that is not UTF-8", with(readback, 19, 0xFF)},
		{"readback", "text-long", "not-canonical", "a text of 251 bytes", append(with(readback[:19], 18, 251), strings.Repeat("x", 251)...)},
		{"cancellation", "ok-reason", "ok", "with a reason", cancel},
		{"cancellation", "truncated-empty", "truncated", "no bytes", nil},
		{"cancellation", "truncated-reason", "truncated", "ends within the reason", cancel[:len(cancel)-1]},
		{"cancellation", "oversized-reason", "oversized", "a byte behind the reason", append(bytes.Clone(cancel), 0)},
		{"cancellation", "version-2", "version", "another version", with(cancel, 0, 2)},
		{"cancellation", "origin-0", "not-canonical", "an order of no node", with(cancel, 1, 0, 0)},
		{"cancellation", "reason-control", "not-canonical", "a control character in the reason", with(cancel, 18, 7)},
		{"group-secret", "ok-edition-2", "ok", "edition 2 for group 3", secret},
		{"group-secret", "truncated-empty", "truncated", "no bytes", nil},
		{"group-secret", "truncated-secret", "truncated", "a secret of 31 bytes", secret[:37]},
		{"group-secret", "oversized-secret", "oversized", "a byte behind the secret", append(bytes.Clone(secret), 0)},
		{"group-secret", "version-2", "version", "another version", with(secret, 0, 2)},
		{"group-secret", "edition-0", "not-canonical", "editions begin with 1", with(secret, 2, 0, 0, 0, 0)},
		{"group-secret", "group-127", "not-canonical", "the network's group is the authority's", with(secret, 1, 127)},
		{"sent-on", "ok-text", "ok", "a text that was for node 3", on},
		{"sent-on", "truncated-text", "truncated", "no text", on[:10]},
		{"sent-on", "node-0", "not-canonical", "it was for no node", with(on, 4, 0, 0)},
		{"sent-on", "text-bytes", "not-canonical", "a text that is not UTF-8", with(on, 10, 0xFF)},
	}
}

func suspensionCases() []actCase {
	out := Suspension{Node: 9, Reason: "stolen"}.Append(nil)
	return []actCase{
		{"suspension", "ok-suspends", "ok", "node 9 is suspended", out},
		{"suspension", "ok-lifts", "ok", "it is lifted without a reason", Suspension{Node: 9, Lift: true}.Append(nil)},
		{"suspension", "ok-longest", "ok", "a reason of 120 bytes", Suspension{Node: 9, Reason: strings.Repeat("ä", MaxReason/2)}.Append(nil)},
		{"suspension", "truncated-empty", "truncated", "no bytes", nil},
		{"suspension", "truncated-head", "truncated", "ends before the length of the reason", out[:4]},
		{"suspension", "truncated-reason", "truncated", "ends within the reason", out[:len(out)-1]},
		{"suspension", "oversized-reason", "oversized", "a byte behind the reason", append(bytes.Clone(out), 0)},
		{"suspension", "version-2", "version", "another version", with(out, 0, 2)},
		{"suspension", "node-0", "not-canonical", "no node", with(out, 1, 0, 0)},
		{"suspension", "node-65535", "not-canonical", "number 65535", with(out, 1, 0xFF, 0xFF)},
		{"suspension", "act-0", "not-canonical", "neither suspends nor lifts", with(out, 3, 0)},
		{"suspension", "act-3", "not-canonical", "neither suspends nor lifts", with(out, 3, 3)},
		{"suspension", "reason-control", "not-canonical", "a control character in the reason", with(out, 6, 7)},
		{"suspension", "reason-long", "not-canonical", "a reason of 121 bytes", append(with(out[:5], 4, 121), strings.Repeat("x", 121)...)},
	}
}

func actVectors(t *testing.T) []vectors.File {
	var files []vectors.File
	for _, v := range slices.Concat(shiftCases(t), actCases(), suspensionCases()) {
		files = append(files, vectors.File{Name: v.kind + "-" + v.name, Data: v.data, Fields: []vectors.Field{
			{Key: "comment", Value: v.comment}, {Key: "kind", Value: v.kind}, {Key: "expect", Value: v.expect},
		}})
	}
	return files
}

// describeAct lists what a body says as the vectors do.
func describeAct(a appender) string {
	switch a := a.(type) {
	case Shift:
		if a.Ends() {
			return fmt.Sprintf("ends at %d", a.At/1000)
		}
		c := a.Credential
		return fmt.Sprintf("person %d %q %q rights %d at %d for %d min, credential %x, signed for node 4: %v", c.Person, c.Name, c.Role, c.Rights,
			a.At/1000, int(a.For.Minutes()), c.Encode(), a.SignedBy(ident.Ed25519{}, c.Key, 4))
	case Order:
		return fmt.Sprintf("person %d, valid %d min, clock %d s: %s", a.Person, int(a.Valid.Minutes()), int(a.Error.Seconds()), a.Text)
	case Readback:
		return fmt.Sprintf("order %v %x, person %d, confirms %v: %s", a.ID, a.Hash, a.Person, a.Confirms, a.Text)
	case Cancellation:
		return fmt.Sprintf("order %v %x, person %d: %s", a.ID, a.Hash, a.Person, a.Reason)
	case GroupSecret:
		return fmt.Sprintf("group %d, edition %d, secret %x", a.Group, a.Edition, a.Secret[:])
	case SentOn:
		return fmt.Sprintf("day %d number %d for node %v of %d: %s", a.Day, a.Seq, a.To, a.Created/1000, a.Text)
	}
	if s, ok := a.(Suspension); ok {
		return fmt.Sprintf("node %v lifts %v: %s", s.Node, s.Lift, s.Reason)
	}
	return "unknown"
}

func TestActVectors(t *testing.T) {
	vectors.Set{Dir: actVectorDir, Classes: classes.Only("truncated", "oversized", "version", "not-canonical"), Make: actVectors,
		Read: vectors.Says(readAct)}.Hold(t)
}

func readAct(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	body, err := decoders()[f.Get(t, "kind")](f.Data)
	if err != nil {
		return "", err
	}
	f.Again(t, body.Append(nil))
	return describeAct(body), nil
}

// A shift is signed for one device, one network, one beginning and one length.
func TestShiftIsSignedForOneDevice(t *testing.T) {
	key, s := anna(t)
	v := ident.Ed25519{}
	if !s.SignedBy(v, key.SignKey(), 4) {
		t.Fatal("what Anna signed does not verify")
	}
	if s.SignedBy(v, key.SignKey(), 5) {
		t.Error("the signature for node 4 holds for node 5")
	}
	for name, change := range map[string]func(*Shift){
		"later":   func(s *Shift) { s.At = s.At.Add(time.Second) },
		"longer":  func(s *Shift) { s.For += time.Minute },
		"another": func(s *Shift) { c := *s.Credential; c.Person++; s.Credential = &c },
		"network": func(s *Shift) { c := *s.Credential; c.Operator[0]++; s.Credential = &c },
	} {
		other := s
		if change(&other); other.SignedBy(v, key.SignKey(), 4) {
			t.Errorf("%s: the signature holds", name)
		}
	}
}

// Administration, orders and shifts are always signed; text is not on their account.
func TestWhatIsSignedAlways(t *testing.T) {
	for _, act := range []Act{Suspension{}, Order{}, GroupSecret{}, Shift{}, Readback{}, Cancellation{}} {
		if !act.Type().SignedAlways() {
			t.Errorf("%T is not signed", act)
		}
		if _, network := act.(Suspension); act.Type().ToNetwork() != (network || act.Type() == ContentShift) {
			t.Errorf("%T goes to the network: %v", act, act.Type().ToNetwork())
		}
	}
	for _, typ := range []ContentType{ContentText, ContentReceipts, ContentSentOn} {
		if typ.SignedAlways() {
			t.Errorf("content %d is signed always", typ)
		}
	}
}

// fuzzAct holds a decoder to the identity.
func fuzzAct[A appender](f *testing.F, kind string, decode func([]byte) (A, error)) {
	for _, v := range vectors.Read(f, actVectorDir) {
		if slices.Contains(v.All("kind"), kind) {
			f.Add(v.Data)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := decode(body)
		if err != nil {
			if classes.Of(err) == "" {
				t.Fatalf("%v has no class", err)
			}
			return
		}
		if back := a.Append(nil); !bytes.Equal(back, body) {
			t.Fatalf("%x comes back as %x", body, back)
		}
	})
}

// What decodes encodes to the same bytes, for each content.

func FuzzDecodeShift(f *testing.F)        { fuzzAct(f, "shift", DecodeShift) }
func FuzzDecodeOrder(f *testing.F)        { fuzzAct(f, "order", DecodeOrder) }
func FuzzDecodeReadback(f *testing.F)     { fuzzAct(f, "readback", DecodeReadback) }
func FuzzDecodeCancellation(f *testing.F) { fuzzAct(f, "cancellation", DecodeCancellation) }
func FuzzDecodeGroupSecret(f *testing.F)  { fuzzAct(f, "group-secret", DecodeGroupSecret) }
func FuzzDecodeSentOn(f *testing.F)       { fuzzAct(f, "sent-on", DecodeSentOn) }
