package ident

import (
	"regexp"
	"testing"
)

func TestShortForms(t *testing.T) {
	form := regexp.MustCompile(`^[A-Z2-7]{4}-[A-Z2-7]{4}$`)
	sign, box := SignKey{1, 2, 3}, BoxKey{1, 2, 3}
	if !form.MatchString(sign.String()) || !form.MatchString(box.String()) {
		t.Errorf("short forms %v and %v", sign, box)
	}
	if sign.String() == box.String() {
		t.Errorf("a sign key and a box key with the same bytes both show as %v", sign)
	}
	if other := (SignKey{1, 2, 4}); other.String() == sign.String() {
		t.Errorf("two sign keys show as %v", sign)
	}
}

func TestOperatorOf(t *testing.T) {
	a, b := OperatorOf(SignKey{1}), OperatorOf(SignKey{2})
	if a == b {
		t.Errorf("two root keys give operator %v", a)
	}
	if len(a.String()) != 16 {
		t.Errorf("operator id shows as %q", a)
	}
}

func TestEd25519RefusesOtherLengths(t *testing.T) {
	p := testPrivate(t, 1)
	message := []byte("switch line 4 off")
	signature := p.Sign(message)
	if !(Ed25519{}).Verify(p.SignKey(), message, signature[:]) {
		t.Fatal("a good signature is refused")
	}
	for _, wrong := range [][]byte{nil, signature[:63], append(signature[:], 0)} {
		if (Ed25519{}).Verify(p.SignKey(), message, wrong) {
			t.Errorf("a signature of %d bytes is taken", len(wrong))
		}
	}
	signature[10] ^= 1
	if (Ed25519{}).Verify(p.SignKey(), message, signature[:]) {
		t.Error("a damaged signature is taken")
	}
}
