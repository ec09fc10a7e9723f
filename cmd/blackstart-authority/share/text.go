package share

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

const (
	begin   = "-----BEGIN BLACKSTART SHARE-----"
	end     = "-----END BLACKSTART SHARE-----"
	perLine = 8 // groups of four letters

	// MaxText bounds what Parse looks at, in bytes.
	MaxText = 8 << 10

	labelCode = "blackstart authority share code v1\x00"
)

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// Letters returns the share in groups of four letters, for reading and typing, a
// line after the other.
func (s *Share) Letters() []string {
	text := letters.EncodeToString(s.Encode())
	var lines []string
	var line []string
	for len(text) > 0 {
		n := min(4, len(text))
		line, text = append(line, text[:n]), text[n:]
		if len(line) == perLine || len(text) == 0 {
			lines, line = append(lines, strings.Join(line, " ")), nil
		}
	}
	return lines
}

// CheckCode tells, for people, whether a copy of the share is true. It is 80 bits of a
// hash over all of it, and says nothing of a value of 252 random bits.
func (s *Share) CheckCode() string {
	sum := sha256.Sum256(append([]byte(labelCode), s.Encode()...))
	text := base32.StdEncoding.EncodeToString(sum[:10])
	return text[:4] + " " + text[4:8] + " " + text[8:12] + " " + text[12:]
}

// Text returns the file of a share: what it is, for its keeper, and the share.
func (s *Share) Text(network, keeper string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "Share %d of %d of the authority of %q\n\n", s.Number, s.Count, network)
	if keeper != "" {
		fmt.Fprintf(&b, "keeper      %s\n", keeper)
	}
	fmt.Fprintf(&b, "set         %v\nneeded      any %d of the %d shares\ncheck code  %s\n", s.Set, s.Threshold, s.Count, s.CheckCode())
	if s.Locked() {
		b.WriteString("passphrase  the keeper's own\n")
	}
	fmt.Fprintf(&b, "\n%s\n%s\n%s\n", begin, strings.Join(s.Letters(), "\n"), end)
	return []byte(b.String())
}

// Parse reads the file of a share, or the letters alone as somebody typed them: case,
// spaces, hyphens and line ends do not matter. Errors are ErrDamaged and ErrVersion.
func Parse(text []byte) (*Share, error) {
	if len(text) > MaxText {
		return nil, fmt.Errorf("%w: %d bytes", ErrDamaged, len(text))
	}
	body := string(text)
	if _, after, found := strings.Cut(body, begin); found {
		if body, _, found = strings.Cut(after, end); !found {
			return nil, fmt.Errorf("%w: its last line is missing", ErrDamaged)
		}
	}
	body = strings.ToUpper(strings.Join(strings.Fields(strings.ReplaceAll(body, "-", " ")), ""))
	b, err := letters.DecodeString(body)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if letters.EncodeToString(b) != body { // public: bits that base 32 leaves over
		return nil, fmt.Errorf("%w: its last letter is another", ErrDamaged)
	}
	return Decode(b)
}
