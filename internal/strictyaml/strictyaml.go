// Package strictyaml reads YAML that people write. A misspelt key that was passed
// over would show in the field and nowhere else, so every mistake is an error that
// names its line, and the key that was meant.
package strictyaml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Error is a mistake in a text.
type Error struct {
	Line int // 0: not of one line
	What string
	Hint string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.What
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.What)
}

// Decode reads a text into to, whose keys are given for the hint at the one that was
// meant. Errors are *Error. The reader of goccy/go-yaml v1.19.2 panics on some texts,
// such as a tag without a value; that is a mistake in the text like others.
func Decode(text []byte, to any, keys []string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = unreadable()
		}
	}()
	return explain(yaml.UnmarshalWithOptions(text, to, yaml.Strict()), keys)
}

// unreadable is the mistake of what makes the reader panic, or would surprise people.
func unreadable() *Error {
	return &Error{What: "it cannot be read as YAML", Hint: "leave out tags (!), anchors (&) and aliases (*)"}
}

// explain turns an error of the YAML reader into one line that names the line,
// and the key that was meant; nil stays nil.
func explain(err error, keys []string) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*yaml.UnknownFieldError](err); ok {
		key := e.Token.Value
		return &Error{Line: e.Token.Position.Line, What: fmt.Sprintf("unknown key %q", key),
			Hint: fmt.Sprintf("did you mean %q? the keys are %s", Nearest(key, keys), strings.Join(keys, ", "))}
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

// Nearest returns the key with the fewest changed letters; "" if there are none.
func Nearest(key string, keys []string) string {
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

// Value is a plain value as it was written, and where.
type Value struct {
	Text string
	Line int // 0: it does not stand there
}

// UnmarshalYAML takes what stands there, unread.
func (v *Value) UnmarshalYAML(node ast.Node) error {
	scalar, ok := node.(ast.ScalarNode)
	if !ok {
		return &Error{Line: node.GetToken().Position.Line, What: fmt.Sprintf("%q, want a plain value", node.String())}
	}
	v.Text, v.Line = scalar.GetToken().Value, scalar.GetToken().Position.Line
	return nil
}

// Wrong is an Error about a value: what is wrong with it stands behind the key.
func (v Value) Wrong(key, format string, args ...any) error {
	return &Error{Line: v.Line, What: key + ": " + fmt.Sprintf(format, args...)}
}
