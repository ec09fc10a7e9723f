package ident

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

// signed signs a body under a label and puts the signature behind it.
func signed(t *testing.T, label string, body []byte) []byte {
	signature := testPrivate(t, 200).Sign(append([]byte(label), body...))
	return append(body, signature[:]...)
}

// vectorBytes are the bytes of a good certificate, changed and signed again, so
// that the change is the only fault.
func vectorBytes(t *testing.T, change func(b []byte) []byte) []byte {
	body := testCertificate(t).Encode()
	return signed(t, LabelCertificate, change(body[:len(body)-signatureSize]))
}

// credentialBytes are those of a good credential, changed and signed again.
func credentialBytes(t *testing.T, change func(b []byte) []byte) []byte {
	body := testCredential(t).Encode()
	return signed(t, LabelCredential, change(body[:len(body)-signatureSize]))
}

func set(at int, value byte) func([]byte) []byte {
	return func(b []byte) []byte { b[at] = value; return b }
}

// guest makes a guest of a certificate, in group 8, until days after the first.
func guest(rights Rights, days uint16) func([]byte) []byte {
	return func(b []byte) []byte {
		b[11], b[12] = byte(rights), byte(Guest)
		binary.BigEndian.PutUint16(b[15:], binary.BigEndian.Uint16(b[13:])+days)
		groups := Groups(8)
		copy(b[17:], groups[:])
		return b
	}
}

// texts replaces name and role, with lengths as they are or, from 0 up, as given.
func texts(name, role string, nameLength int) func([]byte) []byte {
	return textsAt(certificateFixed, name, role, nameLength)
}

func textsAt(at int, name, role string, nameLength int) func([]byte) []byte {
	return func(b []byte) []byte {
		b = append(b[:at], byte(len(name)))
		if nameLength >= 0 {
			b[at] = byte(nameLength)
		}
		b = append(b, name...)
		b = append(b, byte(len(role)))
		return append(b, role...)
	}
}

type vectorCase struct {
	name, expect, comment string
	data                  []byte
}

func makeVectors(t *testing.T) []vectors.File {
	var files []vectors.File
	for _, kind := range []struct {
		name  string
		cases []vectorCase
		root  byte // first byte of the seed of the root that signs today
	}{
		{"certificate", certificateCases(t), 200},
		{"credential", credentialCases(t), 200},
		{"lineage", lineageCases(t), 202},
	} {
		for _, c := range kind.cases {
			f := vectors.File{Name: kind.name + "-" + c.name, Data: c.data, Fields: []vectors.Field{
				{Key: "comment", Value: c.comment}, {Key: "kind", Value: kind.name}, {Key: "expect", Value: c.expect},
				{Key: "root-seed", Value: hex.EncodeToString(testSeed(kind.root))},
			}}
			files = append(files, f)
		}
	}
	return files
}

func certificateCases(t *testing.T) []vectorCase {
	same := func(b []byte) []byte { return b }
	return []vectorCase{
		{"ok", "ok", "a field crew that may send FLASH and orders", vectorBytes(t, same)},
		{"ok-shortest", "ok", "name of one byte, no role", vectorBytes(t, texts("x", "", -1))},
		{"ok-longest", "ok", "32 bytes each; the name is 16 letters of two bytes", vectorBytes(t, texts(strings.Repeat("ä", 16), strings.Repeat("r", 32), -1))},
		{"ok-one-day", "ok", "first day of validity is the last", vectorBytes(t, func(b []byte) []byte { copy(b[15:17], b[13:15]); return b })},
		{"truncated-empty", "truncated", "no bytes", nil},
		{"truncated-header", "truncated", "ends within the box key", vectorBytes(t, same)[:70]},
		{"truncated-name", "truncated", "long enough for a name of 1 byte, not for this one of 32", vectorBytes(t, texts(strings.Repeat("x", 32), "", -1))[:MinCertificate]},
		{"truncated-signature", "truncated", "last byte is missing", vectorBytes(t, same)[:len(vectorBytes(t, same))-1]},
		{"oversized", "oversized", "a byte behind the signature", append(vectorBytes(t, same), 0)},
		{"version-0", "version", "version 0", vectorBytes(t, set(0, 0))},
		{"version-3", "version", "version 3", vectorBytes(t, set(0, 3))},
		{"version-1", "version", "version 1", vectorBytes(t, set(0, 1))},
		{"number-0", "not-canonical", "node number 0", vectorBytes(t, func(b []byte) []byte { b[9], b[10] = 0, 0; return b })},
		{"number-65535", "not-canonical", "node number 65535", vectorBytes(t, func(b []byte) []byte { b[9], b[10] = 255, 255; return b })},
		{"ok-guest", "ok", "a guest in group 8 for three days", vectorBytes(t, guest(0, 2))},
		{"ok-fixed-station", "ok", "a fixed station that may tell the time", vectorBytes(t, set(12, 2))},
		{"ok-no-group", "ok", "a node in no group but the network's own", vectorBytes(t, func(b []byte) []byte { clear(b[17:33]); return b })},
		{"guest-four-days", "privilege", "a guest for four days", vectorBytes(t, guest(0, 3))},
		{"guest-orders", "privilege", "a guest that may give orders", vectorBytes(t, guest(MayOrder, 0))},
		{"guest-suspends", "privilege", "a guest that may suspend", vectorBytes(t, guest(MaySuspend, 0))},
		{"kind-unknown", "not-canonical", "bit 2 of the kind", vectorBytes(t, set(12, 4))},
		{"kind-both", "not-canonical", "guest and fixed station", vectorBytes(t, func(b []byte) []byte { b = guest(0, 0)(b); b[12] = 3; return b })},
		{"group-0", "not-canonical", "bit 0 of the groups", vectorBytes(t, func(b []byte) []byte { b[17] |= 1; return b })},
		{"group-127", "not-canonical", "bit 127 of the groups", vectorBytes(t, func(b []byte) []byte { b[32] |= 0x80; return b })},
		{"signature-groups", "bad-signature", "a group was added after signing", set(17, 0x06)(vectorBytes(t, same))},
		{"rights-unknown", "not-canonical", "bit 4", vectorBytes(t, set(11, 0x13))},
		{"validity-reversed", "not-canonical", "ends the day before it begins", vectorBytes(t, func(b []byte) []byte {
			copy(b[15:17], b[13:15])
			b[16]--
			return b
		})},
		{"name-empty", "not-canonical", "name of no bytes", vectorBytes(t, texts("", "field crew", -1))},
		{"name-long", "not-canonical", "33 bytes", vectorBytes(t, texts(strings.Repeat("x", 33), "", -1))},
		{"name-length-255", "not-canonical", "a length that no name has, whether the bytes are there or not", vectorBytes(t, texts("crew-17", "", 255))},
		{"role-long", "not-canonical", "33 bytes", vectorBytes(t, texts("x", strings.Repeat("r", 33), -1))},
		{"name-not-utf8", "not-canonical", "byte ff", vectorBytes(t, texts("crew\xff", "", -1))},
		{"name-newline", "not-canonical", "U+000A", vectorBytes(t, texts("crew\n1", "", -1))},
		{"name-reorders", "not-canonical", "U+202E", vectorBytes(t, texts("crew\u202e1", "", -1))},
		{"role-space", "not-canonical", "ends with a space", vectorBytes(t, texts("x", "field crew ", -1))},
		{"signature-flipped", "bad-signature", "one bit of the signature", func() []byte {
			b := vectorBytes(t, same)
			b[len(b)-40] ^= 0x20
			return b
		}()},
		{"signature-rights", "bad-signature", "a right was added after signing", set(11, 0x07)(vectorBytes(t, same))},
		{"signature-no-label", "bad-signature", "signed without the label", func() []byte {
			b := vectorBytes(t, same)
			body := b[:len(b)-signatureSize]
			signature := testPrivate(t, 200).Sign(body)
			return append(body, signature[:]...)
		}()},
	}
}

func credentialCases(t *testing.T) []vectorCase {
	same := func(b []byte) []byte { return b }
	long := textsAt(credentialFixed, strings.Repeat("ä", 16), strings.Repeat("r", 32), -1)
	return []vectorCase{
		{"ok", "ok", "a duty shift leader", credentialBytes(t, same)},
		{"ok-shortest", "ok", "name of one byte, no role", credentialBytes(t, textsAt(credentialFixed, "x", "", -1))},
		{"ok-longest", "ok", "32 bytes each", credentialBytes(t, long)},
		{"truncated-empty", "truncated", "no bytes", nil},
		{"truncated-header", "truncated", "ends within the key", credentialBytes(t, same)[:40]},
		{"truncated-signature", "truncated", "last byte is missing", credentialBytes(t, same)[:len(credentialBytes(t, same))-1]},
		{"oversized", "oversized", "a byte behind the signature", append(credentialBytes(t, same), 0)},
		{"version-0", "version", "version 0", credentialBytes(t, set(0, 0))},
		{"version-2", "version", "version 2", credentialBytes(t, set(0, 2))},
		{"person-0", "not-canonical", "person number 0", credentialBytes(t, func(b []byte) []byte { b[9], b[10] = 0, 0; return b })},
		{"rights-unknown", "not-canonical", "bit 7", credentialBytes(t, set(11, 0x80))},
		{"validity-reversed", "not-canonical", "ends the day before it begins", credentialBytes(t, func(b []byte) []byte {
			copy(b[14:16], b[12:14])
			b[15]--
			return b
		})},
		{"name-empty", "not-canonical", "name of no bytes", credentialBytes(t, textsAt(credentialFixed, "", "role", -1))},
		{"name-reorders", "not-canonical", "U+202E", credentialBytes(t, textsAt(credentialFixed, "A\u202eB", "", -1))},
		{"role-long", "not-canonical", "33 bytes", credentialBytes(t, textsAt(credentialFixed, "x", strings.Repeat("r", 33), -1))},
		{"signature-rights", "bad-signature", "a right was added after signing", set(11, 0x0f)(credentialBytes(t, same))},
		{"signature-certificate", "bad-signature", "signed with the label of certificates", func() []byte {
			body := testCredential(t).Encode()
			return signed(t, LabelCertificate, body[:len(body)-signatureSize])
		}()},
	}
}

// lineageCases lead from the root of seed 200 by 201 to 202, who may promise 203.
func lineageCases(t *testing.T) []vectorCase {
	p := func(first byte) *Private { return testPrivate(t, first) }
	ab, bc, cd := succession(p(200), p(201).SignKey()), succession(p(201), p(202).SignKey()), succession(p(202), p(203).SignKey())
	one := succession(p(200), p(202).SignKey())
	join := func(chain ...Succession) []byte {
		var b []byte
		for _, s := range chain {
			b = append(b, s.Encode()...)
		}
		return b
	}
	forged := slices.Clone(join(ab, bc))
	forged[SuccessionSize+100] ^= 4
	return []vectorCase{
		{"ok-first", "ok", "the first root, no promise", nil},
		{"ok-promise", "ok", "the first root, which promises another", join(cd)},
		{"ok-second", "ok", "one change of the root", join(one)},
		{"ok-third-promise", "ok", "two changes, and a promise", join(ab, bc, cd)},
		{"truncated", "truncated", "last byte of the second succession is missing", join(ab, bc)[:2*SuccessionSize-1]},
		{"gap", "succession", "the first root names 201, which is not there", join(ab)},
		{"order", "succession", "the second change before the first", join(bc, ab)},
		{"twice", "succession", "the promise of 202 stands in the middle", join(cd, cd)},
		{"signature-flipped", "bad-signature", "one bit of the second signature", forged},
	}
}
