package main

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

// secretNames are how values are called that nobody may guess byte by byte. It is
// matched against single words, so that "monkey" is not a key.
var secretNames = regexp.MustCompile(`^(tags?|macs?|proofs?|secrets?|keys?|tokens?|checks?|wraps?|wrapped|echo|echoes|seeds?|pins?|passphrases?|passwords?|preimages?)$`)

// holdsBytes reports whether a value of a type has bytes that could be guessed one
// after the other: an array or slice of six or more, a string, or a structure or
// list of such.
func holdsBytes(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Array:
		return isByte(u.Elem()) && u.Len() >= 6 || !isByte(u.Elem()) && holdsBytes(u.Elem())
	case *types.Slice:
		return isByte(u.Elem()) || holdsBytes(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if holdsBytes(f.Type()) {
				return true
			}
		}
	case *types.Interface:
		return true
	}
	return false
}

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

// secretType returns the name of a type, or of a field within it, that says
// secret.
func secretType(t types.Type, depth int) string {
	if p, ok := t.(*types.Pointer); ok && depth == 0 {
		t = p.Elem()
	}
	if t == nil || depth > 4 || isPublicType(t) || !holdsBytes(t) {
		return ""
	}
	if named, ok := t.(*types.Named); ok && saysSecret(named.Obj().Name()) {
		return named.Obj().Name()
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return secretType(u.Elem(), depth+1)
	case *types.Slice:
		return secretType(u.Elem(), depth+1)
	case *types.Struct:
		for f := range u.Fields() {
			if holdsBytes(f.Type()) && !isPublicType(f.Type()) && saysSecret(f.Name()) {
				return f.Name()
			}
			if name := secretType(f.Type(), depth+1); name != "" {
				return name
			}
		}
	}
	return ""
}

// publicTypes are the halves of key pairs that everybody is shown.
var publicTypes = []string{"SignKey", "BoxKey"}

func isPublicType(t types.Type) bool {
	named, ok := t.(*types.Named)
	return ok && slices.Contains(publicTypes, named.Obj().Name())
}

// calledBy returns the name of what an expression yields: of the variable, field
// or function.
func calledBy(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return calledBy(e.X)
	case *ast.SliceExpr:
		return calledBy(e.X)
	case *ast.StarExpr:
		return calledBy(e.X)
	case *ast.UnaryExpr:
		return calledBy(e.X)
	case *ast.CallExpr:
		if isConversion(e) {
			return calledBy(e.Args[0])
		}
		return calledBy(e.Fun)
	}
	return ""
}

// isConversion reports whether a call makes a string or bytes of its argument.
func isConversion(call *ast.CallExpr) bool {
	if len(call.Args) != 1 {
		return false
	}
	if isBytes(call.Fun) {
		return true
	}
	id, ok := call.Fun.(*ast.Ident)
	return ok && id.Name == "string"
}

// saysSecret reports whether one of the words of a name is a secret's, unless
// another says that it is open or that it only numbers, measures or names one.
func saysSecret(name string) bool {
	words := wordsOf(name)
	return slices.ContainsFunc(words, secretNames.MatchString) &&
		!slices.ContainsFunc(words, func(w string) bool { return slices.Contains(openNames, w) })
}

var openNames = []string{"public", "size", "len", "count", "id", "kind", "err", "name", "path"}

var wordStarts = regexp.MustCompile(`[A-Z]+(?:[a-z]+|$)|[A-Z]+|[a-z]+`)

// wordsOf splits a name at its capitals, in lower case: pairMAC is pair and mac.
func wordsOf(name string) []string {
	words := wordStarts.FindAllString(name, -1)
	for i, w := range words {
		words[i] = strings.ToLower(w)
	}
	return words
}
