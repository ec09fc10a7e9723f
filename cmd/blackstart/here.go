package main

import (
	"errors"
	"reflect"
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
	all := reflect.TypeFor[commands]()
	return regexp.MustCompile(`\bblackstart [a-z]+`).ReplaceAllStringFunc(advice, func(s string) string {
		name := s[len("blackstart "):]
		if _, is := all.FieldByName(strings.ToUpper(name[:1]) + name[1:]); !is {
			return s // "update blackstart on this machine"
		}
		return "blackstart --dir " + dir + " " + name
	})
}

// advised is an error with the node's folder in its hint.
func (w *world) advised(err error) error {
	if f, ok := errors.AsType[*console.Fault](err); ok {
		return console.Wrap(f.Code, w.here(f.Hint), err)
	}
	return err
}
