package strictyaml

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Kind says what stands at a place of a text.
type Kind uint8

// The kinds of a Node.
const (
	Empty  Kind = iota // nothing
	Plain              // a plain value
	List               // entries with a dash, or in brackets
	Fields             // keys with values
)

// String names a kind as a person would.
func (k Kind) String() string {
	return [...]string{"nothing", "a plain value", "a list", "keys with values"}[k]
}

// Node is a text, or a part of it, as it was written: for readers that want to report
// all mistakes of a text and not just the first one.
type Node struct {
	Line   int
	Kind   Kind
	Text   string  // of a plain value, without quotes
	Items  []Node  // of a list
	Fields []Field // in the order of the text; no key stands there twice
}

// Field is a key and what stands behind it.
type Field struct {
	Key   string
	Line  int
	Value Node
}

// maxDepth is how deep lists and fields may lie in each other. What people write has
// four levels.
const maxDepth = 12

// Parse reads a text whole. Errors are *Error, of what is no YAML, or of the parts of
// YAML that surprise people: tags, anchors, aliases, more than one document.
func Parse(text []byte) (n Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = unreadable()
		}
	}()
	if deepest(text) > maxDepth*4 {
		return Node{}, &Error{What: "too many brackets lie in each other", Hint: "is it the right file?"}
	}
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey()) // tree has a better word for these
	if err != nil {
		return Node{}, explain(err, nil)
	}
	switch {
	case len(file.Docs) == 0 || file.Docs[0].Body == nil:
		return Node{Line: 1}, nil
	case len(file.Docs) > 1:
		return Node{}, &Error{Line: lineOf(file.Docs[1]), What: "a second document begins", Hint: "leave out the line ---"}
	}
	return tree(file.Docs[0].Body, 0)
}

// deepest returns how many opening brackets lie in each other at most, those in
// comments and quotes counted too. The reader recurses, so it is asked before.
func deepest(text []byte) (most int) {
	depth := 0
	for _, c := range text {
		switch c {
		case '[', '{':
			depth++
			most = max(most, depth)
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return most
}

func lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0
	}
	return n.GetToken().Position.Line
}

// tree takes what a node of the YAML reader says.
func tree(n ast.Node, depth int) (Node, error) {
	out := Node{Line: lineOf(n)}
	if depth > maxDepth {
		return out, &Error{Line: out.Line, What: "lists and keys lie too deep in each other"}
	}
	switch n := n.(type) {
	case *ast.NullNode:
		return out, nil
	case *ast.TagNode, *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
	case *ast.LiteralNode:
		out.Kind, out.Text = Plain, strings.TrimSpace(n.Value.Value)
		return out, nil
	case *ast.SequenceNode:
		out.Kind = List
		for _, item := range n.Values {
			one, err := tree(item, depth+1)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, one)
		}
		return out, nil
	case *ast.MappingNode:
		return fields(out, n.Values, depth)
	case *ast.MappingValueNode:
		return fields(out, []*ast.MappingValueNode{n}, depth)
	case ast.ScalarNode:
		out.Kind, out.Text = Plain, n.GetToken().Value
		return out, nil
	}
	e := unreadable()
	e.Line = out.Line
	return out, e
}

func fields(out Node, values []*ast.MappingValueNode, depth int) (Node, error) {
	out.Kind = Fields
	for _, v := range values {
		key, ok := v.Key.(ast.ScalarNode)
		if !ok || v.Key.IsMergeKey() {
			return out, &Error{Line: lineOf(v.Key), What: fmt.Sprintf("%q is no key", v.Key.String()), Hint: unreadable().Hint}
		}
		f := Field{Key: key.GetToken().Value, Line: lineOf(v.Key)}
		for _, other := range out.Fields {
			if other.Key == f.Key {
				return out, &Error{Line: f.Line, What: fmt.Sprintf("key %q stands there twice", f.Key), Hint: fmt.Sprintf("it stands on line %d already", other.Line)}
			}
		}
		var err error
		if f.Value, err = tree(v.Value, depth+1); err != nil {
			return out, err
		}
		if f.Value.Line == 0 || f.Value.Kind == Empty {
			f.Value.Line = f.Line
		}
		out.Fields = append(out.Fields, f)
	}
	if len(out.Fields) > 0 {
		out.Line = out.Fields[0].Line // the reader takes that of the colon
	}
	return out, nil
}
