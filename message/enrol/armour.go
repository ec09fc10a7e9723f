package enrol

import (
	"bytes"
	"encoding/base64"
	"fmt"
)

// Kinds of armoured files.
const (
	kindRequest = "BLACKSTART REQUEST"
	kindNetwork = "BLACKSTART NETWORK"
	kindPerson  = "BLACKSTART PERSON"
)

const (
	armourLine = 64 // base64 letters in a line; mail programs leave that alone

	// MaxRequestText and MaxFileText bound what Parse functions look at, in bytes.
	MaxRequestText = 16 << 10
	MaxFileText    = 24 << 20
)

// armour wraps data in text that survives mail and messengers.
func armour(kind string, data []byte) []byte {
	text := base64.StdEncoding.EncodeToString(data)
	var out bytes.Buffer
	fmt.Fprintf(&out, "-----BEGIN %s-----\n", kind)
	for len(text) > armourLine {
		out.WriteString(text[:armourLine])
		out.WriteByte('\n')
		text = text[armourLine:]
	}
	if text != "" {
		out.WriteString(text)
		out.WriteByte('\n')
	}
	fmt.Fprintf(&out, "-----END %s-----\n", kind)
	return out.Bytes()
}

// dearmour finds the one armoured block in text. It forgives what mail does
// to a text (other line ends, space around lines, lines before and after),
// and nothing inside: the base64 is strict.
func dearmour(kind string, text []byte, limit int) ([]byte, error) {
	size := len(text)
	text = text[:min(size, limit)]
	begin := []byte("-----BEGIN " + kind + "-----")
	end := []byte("-----END " + kind + "-----")
	_, rest, found := bytes.Cut(text, begin)
	if !found {
		for _, other := range []string{kindRequest, kindNetwork, kindPerson} {
			if bytes.Contains(text, []byte("-----BEGIN "+other+"-----")) {
				return nil, fmt.Errorf("%w: %s", ErrKind, other)
			}
		}
		return nil, fmt.Errorf("%w: no line %q", ErrArmour, begin)
	}
	if size > limit { // of the right kind: another file's kind says more than its size
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrOversized, size, limit)
	}
	body, after, found := bytes.Cut(rest, end)
	if !found {
		return nil, fmt.Errorf("%w: no line %q", ErrTruncated, end)
	}
	if bytes.Contains(after, begin) {
		return nil, fmt.Errorf("%w: more than one %q", ErrArmour, begin)
	}
	var letters []byte
	for line := range bytes.Lines(body) {
		letters = append(letters, bytes.Trim(line, " \t\r\n")...)
	}
	data, err := base64.StdEncoding.Strict().DecodeString(string(letters))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrArmour, err)
	}
	return data, nil
}
