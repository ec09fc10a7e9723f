package ident

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// testCertificate is valid, and signed by testPrivate(t, 200).
func testCertificate(t testing.TB) *Certificate {
	t.Helper()
	root, device := testPrivate(t, 200), testPrivate(t, 17)
	c := &Certificate{
		Operator: OperatorOf(root.SignKey()),
		Number:   17,
		Name:     "crew-17",
		Role:     "field crew",
		Rights:   MayFlash | MayOrder,
		Groups:   Groups(1, 8),
		Sign:     device.SignKey(),
		Box:      device.BoxKey(),
		From:     20400,
		Until:    21130,
	}
	c.Signature = root.Sign(c.SignedBytes())
	return c
}

func TestVerify(t *testing.T) {
	root, other := testPrivate(t, 200), testPrivate(t, 201)
	c := testCertificate(t)
	if err := c.Verify(Ed25519{}, root.SignKey()); err != nil {
		t.Fatal(err)
	}
	if err := c.Verify(Ed25519{}, other.SignKey()); !errors.Is(err, ErrBadSignature) {
		t.Errorf("under another root: %v", err)
	}
	// A signature of the same bytes without the label is another statement.
	plain := *c
	plain.Signature = root.Sign(c.Encode()[:len(c.Encode())-signatureSize])
	if err := plain.Verify(Ed25519{}, root.SignKey()); !errors.Is(err, ErrBadSignature) {
		t.Errorf("signed without the label: %v", err)
	}
	impossible := *c
	impossible.Number = 0
	if err := impossible.Verify(Ed25519{}, root.SignKey()); !errors.Is(err, ErrNotCanonical) {
		t.Errorf("number 0: %v", err)
	}
}

// Every field is under the signature.
func TestVerifyRefusesAnyChange(t *testing.T) {
	root := testPrivate(t, 200).SignKey()
	for name, change := range map[string]func(*Certificate){
		"operator":  func(c *Certificate) { c.Operator[7] ^= 1 },
		"number":    func(c *Certificate) { c.Number++ },
		"name":      func(c *Certificate) { c.Name = "crew-18" },
		"role":      func(c *Certificate) { c.Role = "" },
		"seam":      func(c *Certificate) { c.Name, c.Role = c.Name+c.Role[:1], c.Role[1:] },
		"rights":    func(c *Certificate) { c.Rights |= MaySuspend },
		"kind":      func(c *Certificate) { c.Kind = FixedStation },
		"groups":    func(c *Certificate) { c.Groups = c.Groups.With(2) },
		"sign key":  func(c *Certificate) { c.Sign[0] ^= 1 },
		"box key":   func(c *Certificate) { c.Box[31] ^= 1 },
		"from":      func(c *Certificate) { c.From-- },
		"until":     func(c *Certificate) { c.Until++ },
		"signature": func(c *Certificate) { c.Signature[40] ^= 1 },
	} {
		c := testCertificate(t)
		change(c)
		if err := c.Verify(Ed25519{}, root); !errors.Is(err, ErrBadSignature) {
			t.Errorf("%s changed: %v", name, err)
		}
	}
}

func TestCheck(t *testing.T) {
	for name, change := range map[string]func(*Certificate){
		"number 0":       func(c *Certificate) { c.Number = 0 },
		"number 65535":   func(c *Certificate) { c.Number = 65535 },
		"unknown right":  func(c *Certificate) { c.Rights = 0x10 },
		"unknown kind":   func(c *Certificate) { c.Kind = 4 },
		"two kinds":      func(c *Certificate) { c.Kind = Guest | FixedStation; c.Rights = 0; c.Until = c.From },
		"group 0":        func(c *Certificate) { c.Groups[0] |= 1 },
		"group 127":      func(c *Certificate) { c.Groups[15] |= 0x80 },
		"ends too early": func(c *Certificate) { c.Until = c.From - 1 },
		"no name":        func(c *Certificate) { c.Name = "" },
		"long name":      func(c *Certificate) { c.Name = strings.Repeat("n", MaxName+1) },
		"long role":      func(c *Certificate) { c.Role = strings.Repeat("n", MaxRole+1) },
		"name prints no": func(c *Certificate) { c.Name = "crew\n17" },
	} {
		c := testCertificate(t)
		change(c)
		if err := c.Check(); !errors.Is(err, ErrNotCanonical) {
			t.Errorf("%s: %v", name, err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: encoded", name)
				}
			}()
			c.Encode()
		}()
	}
}

// What is well-formed and too much for its kind has a class of its own.
func TestCheckRefusesTooMuch(t *testing.T) {
	for name, change := range map[string]func(*Certificate){
		"guest may order":      func(c *Certificate) { c.Rights = MayOrder },
		"guest may administer": func(c *Certificate) { c.Rights = MayFlash | MayAdminister },
		"guest may suspend":    func(c *Certificate) { c.Rights = MaySuspend },
		"guest for four days":  func(c *Certificate) { c.Until = c.From + MaxGuestDays },
		"guest for ever":       func(c *Certificate) { c.From, c.Until = 0, 65535 },
	} {
		c := testCertificate(t)
		c.Kind, c.Rights, c.Until = Guest, MayFlash, c.From+MaxGuestDays-1
		if err := c.Check(); err != nil {
			t.Fatal(err)
		}
		change(c)
		if err := c.Check(); !errors.Is(err, ErrPrivilege) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Only a guest's stay ends, and only when the clock is sure of it.
func TestEnded(t *testing.T) {
	c := testCertificate(t)
	over := (c.Until + 1).Start()
	sure, unsure := clock.Reading{Wall: over + 1}, clock.Reading{Wall: over + 1, Bound: time.Hour}
	if c.Ended(clock.Reading{Wall: over.Add(10000 * time.Hour)}) {
		t.Error("a member is out because its certificate is old")
	}
	c.Kind = Guest
	if !c.Ended(sure) || c.Ended(unsure) || c.Ended(clock.Reading{Wall: over}) {
		t.Errorf("sure %v, unsure %v, at midnight %v", c.Ended(sure), c.Ended(unsure), c.Ended(clock.Reading{Wall: over}))
	}
}

func TestRights(t *testing.T) {
	r := MayFlash | MaySuspend
	if !r.Has(MayFlash) || r.Has(MayOrder) || r.Has(MayFlash|MayOrder) || !r.Has(0) {
		t.Errorf("rights %#x", uint8(r))
	}
}
