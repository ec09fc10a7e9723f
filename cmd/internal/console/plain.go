package console

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Plain makes one harmless line of a text that others may have written: a file
// that somebody sent, an answer of whatever listens on a port. What would steer
// a terminal or reorder its letters shows as an escape; line ends, which would
// let a text pass for a second message of the program, show as semicolons.
func Plain(s string) string {
	var out strings.Builder
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		if out.Len() > 0 {
			out.WriteString("; ")
		}
		escape(&out, line, func(r rune) string { return fmt.Sprintf("<%U>", r) })
	}
	return out.String()
}

// printableJSON writes what does not print in an encoded object as \u escapes: the
// same JSON, and no bytes that steer the terminal it is shown on. JSON itself
// escapes only what lies below U+0020, and U+009B is as good as ESC [.
func printableJSON(encoded string) string {
	var out strings.Builder
	escape(&out, encoded, func(r rune) string {
		if r == '\n' {
			return "\n" // between fields; within strings JSON escapes it
		}
		if hi, lo := utf16.EncodeRune(r); hi != unicode.ReplacementChar {
			return fmt.Sprintf(`\u%04x\u%04x`, hi, lo)
		}
		return fmt.Sprintf(`\u%04x`, r)
	})
	return out.String()
}

func escape(out *strings.Builder, s string, as func(rune) string) {
	for _, r := range s {
		if unicode.IsPrint(r) {
			out.WriteRune(r)
		} else {
			out.WriteString(as(r))
		}
	}
}
