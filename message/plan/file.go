package plan

import (
	"bytes"
	"encoding/base64"
	"fmt"
)

const (
	begin    = "-----BEGIN BLACKSTART RADIO PLAN-----"
	end      = "-----END BLACKSTART RADIO PLAN-----"
	fileLine = 64 // base64 letters in a line; mail programs leave that alone

	// MaxFileText bounds in bytes what Parse looks at.
	MaxFileText = 16 << 10
)

// Text returns the plan as a file that survives mail and messengers. It panics where
// Check fails.
func (p *Plan) Text() []byte {
	text := base64.StdEncoding.EncodeToString(p.Encode())
	out := []byte(begin + "\n")
	for len(text) > 0 {
		n := min(len(text), fileLine)
		out, text = append(append(out, text[:n]...), '\n'), text[n:]
	}
	return append(out, end+"\n"...)
}

// Parse reads the file that Text makes. It forgives what mail does to a text: other
// ends of lines, space around them, lines before and after. Errors are of the
// classes of Decode, and ErrFile.
func Parse(text []byte) (*Plan, error) {
	if len(text) > MaxFileText {
		return nil, fmt.Errorf("%w: %d in the file, at most %d", ErrOversized, len(text), MaxFileText)
	}
	_, rest, found := bytes.Cut(text, []byte(begin))
	if !found {
		return nil, fmt.Errorf("%w: no line %q", ErrFile, begin)
	}
	body, after, found := bytes.Cut(rest, []byte(end))
	if !found {
		return nil, fmt.Errorf("%w: no line %q", ErrTruncated, end)
	}
	if bytes.Contains(after, []byte(begin)) {
		return nil, fmt.Errorf("%w: it holds more than one", ErrFile)
	}
	var letters []byte
	for line := range bytes.Lines(body) {
		letters = append(letters, bytes.Trim(line, " \t\r\n")...)
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(string(letters))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFile, err)
	}
	return Decode(raw)
}
