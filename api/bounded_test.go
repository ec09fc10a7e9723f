package api

import (
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

// TestBoundedDecoding: a request costs what JSON costs, however deep it nests.
func TestBoundedDecoding(t *testing.T) {
	sound := bound.Texts(
		`{"to":"Control Centre","precedence":"FLASH","text":"a\nb","lifetime":"4h"}`,
		`{"time":"2026-05-04T10:11:12Z","within":"30s"}`,
		`{"node":"hq","reason":"stolen","lift":true}`,
		`{"group":"all"}`,
		`{"text":"`+strings.Repeat(`\u00e4`, 4096)+`"}`,
		strings.Repeat("[", 1<<16), strings.Repeat(`{"text":`, 1<<13), `{"text":`+strings.Repeat("[", 1<<16),
		`{`+strings.Repeat(`"a":1,`, 1<<13)+`"b":2}`,
	)
	for name, decode := range map[string]func([]byte){
		"DecodeSubmission":   func(b []byte) { _, _ = DecodeSubmission(b) },
		"DecodeConfirmation": func(b []byte) { _, _ = DecodeConfirmation(b) },
		"DecodeQuiet":        func(b []byte) { _, _ = DecodeQuiet(b) },
		"DecodeSuspend":      func(b []byte) { _, _ = DecodeSuspend(b) },
		"DecodeGroupRequest": func(b []byte) { _, _ = DecodeGroupRequest(b) },
		"DecodeOrderRequest": func(b []byte) { _, _ = DecodeOrderRequest(b) },
		"DecodePlan":         func(b []byte) { _, _ = DecodePlan(b) },
		"DecodeShiftRequest": func(b []byte) { _, _ = DecodeShiftRequest(b) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 32, Plus: 16 << 10}.Decoding(t, decode, sound...) })
	}
}
