package ident

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

var rewrite = flag.Bool("rewrite", false, "rewrite testdata/vectors; read the difference before you commit it")

const vectorDir = "testdata/vectors"

// class names an error as the vectors do.
func class(err error) string {
	for name, target := range map[string]error{
		"truncated": ErrTruncated, "oversized": ErrOversized, "version": ErrVersion,
		"not-canonical": ErrNotCanonical, "bad-signature": ErrBadSignature,
	} {
		if errors.Is(err, target) {
			return name
		}
	}
	if err == nil {
		return "ok"
	}
	return ""
}

// describe lists the fields of a certificate as the vectors do.
func describe(c *Certificate) string {
	return fmt.Sprintf("operator %v number %v name %q role %q rights %d from %d until %d sign %x box %x",
		c.Operator, c.Number, c.Name, c.Role, c.Rights, c.From, c.Until, c.Sign[:], c.Box[:])
}

func TestVectors(t *testing.T) {
	if *rewrite {
		vectors.Rewrite(t, vectorDir, makeVectors(t))
	}
	for _, f := range vectors.Read(t, vectorDir) {
		t.Run(f.Name, func(t *testing.T) {
			rootSeed, err := hex.DecodeString(f.Get(t, "root-seed"))
			if err != nil {
				t.Fatal(err)
			}
			root, err := ParsePrivate(rootSeed)
			if err != nil {
				t.Fatal(err)
			}
			c, err := DecodeCertificate(f.Data)
			if err == nil {
				err = c.Verify(Ed25519{}, root.SignKey())
			}
			if got, want := class(err), f.Get(t, "expect"); got != want {
				t.Fatalf("class %q (%v), want %q", got, err, want)
			}
			if err == nil && describe(c) != f.Get(t, "certificate") {
				t.Errorf("got  %s\nwant %s", describe(c), f.Get(t, "certificate"))
			}
		})
	}
}

// vectorBytes are the bytes of a good certificate, changed and signed again, so
// that the change is the only fault.
func vectorBytes(t *testing.T, change func(b []byte) []byte) []byte {
	body := testCertificate(t).Encode()
	body = body[:len(body)-signatureSize]
	body = change(body)
	signature := testPrivate(t, 200).Sign(append([]byte(LabelCertificate), body...))
	return append(body, signature[:]...)
}

func set(at int, value byte) func([]byte) []byte {
	return func(b []byte) []byte { b[at] = value; return b }
}

// texts replaces name and role, with lengths as they are or, from 0 up, as given.
func texts(name, role string, nameLength int) func([]byte) []byte {
	return func(b []byte) []byte {
		b = append(b[:certificateFixed], byte(len(name)))
		if nameLength >= 0 {
			b[certificateFixed] = byte(nameLength)
		}
		b = append(b, name...)
		b = append(b, byte(len(role)))
		return append(b, role...)
	}
}

func makeVectors(t *testing.T) []vectors.File {
	same := func(b []byte) []byte { return b }
	cases := []struct {
		name, expect, comment string
		data                  []byte
	}{
		{"ok", "ok", "a field crew that may send FLASH and orders", vectorBytes(t, same)},
		{"ok-shortest", "ok", "name of one byte, no role", vectorBytes(t, texts("x", "", -1))},
		{"ok-longest", "ok", "32 bytes each; the name is 16 letters of two bytes", vectorBytes(t, texts(strings.Repeat("ä", 16), strings.Repeat("r", 32), -1))},
		{"ok-one-day", "ok", "first day of validity is the last", vectorBytes(t, func(b []byte) []byte { copy(b[14:16], b[12:14]); return b })},
		{"truncated-empty", "truncated", "no bytes", nil},
		{"truncated-header", "truncated", "ends within the box key", vectorBytes(t, same)[:70]},
		{"truncated-name", "truncated", "long enough for a name of 1 byte, not for this one of 32", vectorBytes(t, texts(strings.Repeat("x", 32), "", -1))[:MinCertificate]},
		{"truncated-signature", "truncated", "last byte is missing", vectorBytes(t, same)[:len(vectorBytes(t, same))-1]},
		{"oversized", "oversized", "a byte behind the signature", append(vectorBytes(t, same), 0)},
		{"version-0", "version", "version 0", vectorBytes(t, set(0, 0))},
		{"version-2", "version", "version 2", vectorBytes(t, set(0, 2))},
		{"number-0", "not-canonical", "node number 0", vectorBytes(t, func(b []byte) []byte { b[9], b[10] = 0, 0; return b })},
		{"number-65535", "not-canonical", "node number 65535", vectorBytes(t, func(b []byte) []byte { b[9], b[10] = 255, 255; return b })},
		{"rights-unknown", "not-canonical", "bit 4", vectorBytes(t, set(11, 0x13))},
		{"validity-reversed", "not-canonical", "ends the day before it begins", vectorBytes(t, func(b []byte) []byte {
			copy(b[14:16], b[12:14])
			b[15]--
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
	var files []vectors.File
	for _, c := range cases {
		f := vectors.File{Name: c.name, Data: c.data, Fields: []vectors.Field{
			{Key: "comment", Value: c.comment}, {Key: "expect", Value: c.expect},
			{Key: "root-seed", Value: hex.EncodeToString(testSeed(200))},
		}}
		if c.expect == "ok" {
			decoded, err := DecodeCertificate(c.data)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			f.Fields = append(f.Fields, vectors.Field{Key: "certificate", Value: describe(decoded)})
		}
		files = append(files, f)
	}
	return files
}
