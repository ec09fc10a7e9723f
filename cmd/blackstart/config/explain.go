package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// explain turns an error of the YAML reader into one line that names the line,
// and the key that was meant; nil stays nil.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*yaml.UnknownFieldError](err); ok {
		key := e.Token.Value
		return &Error{Line: e.Token.Position.Line, What: fmt.Sprintf("unknown key %q", key),
			Hint: fmt.Sprintf("did you mean %q? the keys are %s", nearest(key), strings.Join(keys, ", "))}
	}
	if e, ok := errors.AsType[*yaml.DuplicateKeyError](err); ok {
		return &Error{Line: e.Token.Position.Line, What: fmt.Sprintf("key %q stands there twice", e.Token.Value)}
	}
	if e, ok := errors.AsType[yaml.Error](err); ok {
		line := 0
		if t := e.GetToken(); t != nil {
			line = t.Position.Line
		}
		return &Error{Line: line, What: e.GetMessage(), Hint: "a text with : # or * at its start stands in quotes"}
	}
	return &Error{What: err.Error()}
}

// nearest returns the key with the fewest changed letters.
func nearest(key string) string {
	best, least := "", 1<<30
	for _, k := range keys {
		if d := distance(strings.ToLower(key), k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to be put in, left out or changed to make b of a
// (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		corner := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := corner
			if a[i-1] != b[j-1] {
				change++
			}
			corner = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
