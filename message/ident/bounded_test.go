package ident

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestBoundedDecoding(t *testing.T) {
	s := succession(testPrivate(t, 1), testPrivate(t, 2).SignKey())
	sound := [][]byte{testCertificate(t).Encode(), testCredential(t).Encode(), s.Encode(), testSeed(0)}
	for name, decode := range map[string]func([]byte){
		"DecodeCertificate": func(b []byte) { _, _ = DecodeCertificate(b) },
		"DecodeCredential":  func(b []byte) { _, _ = DecodeCredential(b) },
		"DecodeSuccession":  func(b []byte) { _, _ = DecodeSuccession(b) },
		"ParsePrivate":      func(b []byte) { _, _ = ParsePrivate(b) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 8, Plus: 4096}.Decoding(t, decode, sound...) })
	}
}
