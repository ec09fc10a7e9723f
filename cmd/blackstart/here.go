package main

import (
	"errors"
	"regexp"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

// here names the node's folder in the commands that a text advises, where the person
// had to name it: typed as they stand they would mean another node.
func (w *world) here(advice string) string {
	if w.named == "" {
		return advice
	}
	dir := w.named
	if strings.ContainsAny(dir, " \t'\"$\\&;()*?") {
		dir = "'" + strings.ReplaceAll(dir, "'", `'\''`) + "'"
	}
	command := regexp.MustCompile(`\bblackstart (init|join|request|node|send|inbox|order|readback|confirm|cancel|shift|group|status|suspend|page|clock|audit|evidence|key|backup|restore|zeroize|check)\b`)
	return command.ReplaceAllStringFunc(advice, func(s string) string {
		return strings.Replace(s, " ", " --dir "+dir+" ", 1)
	})
}

// advised is an error with the node's folder in its hint.
func (w *world) advised(err error) error {
	if f, ok := errors.AsType[*console.Fault](err); ok {
		return console.Wrap(f.Code, w.here(f.Hint), err)
	}
	return err
}
