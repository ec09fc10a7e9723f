package config

import (
	"fmt"
	"strings"
)

// The keys that say how an unattended node opens its store; at most one of them is
// in a file.
const (
	KeyFile        = "key-file"
	PassphraseFile = "passphrase-file"
	KeyCommand     = "key-command"
)

var unlockKeys = [...]string{KeyFile, PassphraseFile, KeyCommand}

// SetUnlock returns the text of a file in which one of these keys has a value, and
// the others none; with key "" none has one. All else stays as it was. The line goes
// where such a line was, or else where the template has its place for it.
func SetUnlock(text, key, value string) string {
	line := ""
	if key != "" {
		line = fmt.Sprintf("%s: %q\n", key, value)
	}
	var out strings.Builder
	placed, dropping := false, false
	put := func() {
		if !placed {
			out.WriteString(line)
			placed = true
		}
	}
	for l := range strings.Lines(text) {
		switch {
		case dropping && strings.TrimLeft(l, " \t") != l:
			continue // a value that goes on on the next line
		case hasKey(l, unlockKeys[:], ""):
			dropping = true
			put()
			continue
		}
		dropping = false
		out.WriteString(l)
	}
	if placed || line == "" {
		return out.String()
	}
	kept := out.String()
	out.Reset()
	for l := range strings.Lines(kept) {
		if hasKey(l, unlockKeys[:], "#") {
			put()
		}
		out.WriteString(l)
	}
	if !placed && kept != "" && !strings.HasSuffix(kept, "\n") {
		out.WriteString("\n")
	}
	put()
	return out.String()
}

// hasKey reports whether a line gives one of the keys a value.
func hasKey(line string, keys []string, comment string) bool {
	for _, k := range keys {
		rest, ok := strings.CutPrefix(line, comment+k)
		if ok && strings.HasPrefix(strings.TrimLeft(rest, " "), ":") {
			return true
		}
	}
	return false
}
