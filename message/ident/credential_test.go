package ident

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// testCredential is valid, and signed by testPrivate(t, 200).
func testCredential(t testing.TB) *Credential {
	t.Helper()
	root := testPrivate(t, 200)
	c := &Credential{
		Operator: OperatorOf(root.SignKey()),
		Person:   9,
		Name:     "A. Meier",
		Role:     "duty shift leader",
		Rights:   MayOrder | MaySuspend,
		Key:      testPrivate(t, 99).SignKey(),
		From:     20400,
		Until:    20765,
	}
	c.Signature = root.Sign(c.SignedBytes())
	return c
}

func TestVerifyCredential(t *testing.T) {
	root := testPrivate(t, 200).SignKey()
	if err := testCredential(t).Verify(Ed25519{}, root); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Credential){
		"operator":  func(c *Credential) { c.Operator[7] ^= 1 },
		"person":    func(c *Credential) { c.Person++ },
		"name":      func(c *Credential) { c.Name = "A. Maier" },
		"role":      func(c *Credential) { c.Role = "" },
		"seam":      func(c *Credential) { c.Name, c.Role = c.Name+c.Role[:1], c.Role[1:] },
		"rights":    func(c *Credential) { c.Rights |= MayAdminister },
		"key":       func(c *Credential) { c.Key[0] ^= 1 },
		"from":      func(c *Credential) { c.From-- },
		"until":     func(c *Credential) { c.Until++ },
		"signature": func(c *Credential) { c.Signature[40] ^= 1 },
	} {
		c := testCredential(t)
		change(c)
		if err := c.Verify(Ed25519{}, root); !errors.Is(err, ErrBadSignature) {
			t.Errorf("%s changed: %v", name, err)
		}
	}
	// A device's certificate is not a person's credential, whoever signed what.
	c := testCredential(t)
	c.Signature = testPrivate(t, 200).Sign(append([]byte(LabelCertificate), c.SignedBytes()[len(LabelCredential):]...))
	if err := c.Verify(Ed25519{}, root); !errors.Is(err, ErrBadSignature) {
		t.Errorf("signed as a certificate: %v", err)
	}
}

func TestCheckCredential(t *testing.T) {
	for name, change := range map[string]func(*Credential){
		"person 0":       func(c *Credential) { c.Person = 0 },
		"unknown right":  func(c *Credential) { c.Rights = 0x10 },
		"ends too early": func(c *Credential) { c.Until = c.From - 1 },
		"no name":        func(c *Credential) { c.Name = "" },
		"long role":      func(c *Credential) { c.Role = strings.Repeat("n", MaxRole+1) },
	} {
		c := testCredential(t)
		change(c)
		if err := c.Check(); !errors.Is(err, ErrNotCanonical) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A credential cut short anywhere is truncated, one with a byte more oversized.
func TestDecodeCredentialLengths(t *testing.T) {
	b := testCredential(t).Encode()
	for n := range b {
		if _, err := DecodeCredential(b[:n]); !errors.Is(err, ErrTruncated) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := DecodeCredential(append(b, 0)); !errors.Is(err, ErrOversized) {
		t.Errorf("a byte too many: %v", err)
	}
}

// FuzzDecodeCredential: decoding then encoding is the identity, and every
// refusal has a class.
func FuzzDecodeCredential(f *testing.F) {
	f.Add(testCredential(f).Encode())
	f.Add(make([]byte, MinCredential))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := DecodeCredential(b)
		if err != nil {
			if classes.Of(err) == "" {
				t.Fatalf("%v has no class", err)
			}
			return
		}
		if !bytes.Equal(c.Encode(), b) {
			t.Fatalf("%x comes back as %x", b, c.Encode())
		}
	})
}
