package scenario

import (
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// key is one key of a section.
type key struct {
	name   string
	to     target
	absent string // what holds where the key does not stand, as it would be written; "" is nothing
	need   bool
	what   string // its meaning, for the reference
}

// target is where a value goes, and how it is written.
type target interface {
	read(r *reader, key string, n strictyaml.Node)
	form() string // for the reference
	address() any // a pointer to the value
}

// section reads the keys of a section, of which title is the name.
func (r *reader) section(title string, n strictyaml.Node, keys []key) {
	if n.Kind != strictyaml.Fields {
		r.wrong(n.Line, "the keys are "+names(keys), "%s: %v, want keys with values", title, n.Kind)
		return
	}
	given := make(map[string]bool, len(n.Fields))
	for _, f := range n.Fields {
		k, ok := find(keys, f.Key)
		if !ok {
			r.wrong(f.Line, fmt.Sprintf("did you mean %q? the keys are %s", strictyaml.Nearest(f.Key, nameList(keys)), names(keys)),
				"%s: unknown key %q", title, f.Key)
			continue
		}
		given[k.name] = true
		if f.Value.Kind == strictyaml.Empty {
			r.wrong(f.Line, "write "+k.to.form()+", or leave the key out", "%s: nothing stands behind it", k.name)
			continue
		}
		r.lines[k.to.address()] = f.Line
		k.to.read(r, k.name, f.Value)
	}
	for _, k := range keys {
		switch {
		case given[k.name]:
		case k.need:
			r.wrong(n.Line, "write "+k.to.form(), "%s: the key %q is missing", title, k.name)
		case k.absent != "":
			k.to.read(r, k.name, plain(k.absent))
		}
	}
}

// plain is a plain value that stands in no line.
func plain(text string) strictyaml.Node { return strictyaml.Node{Kind: strictyaml.Plain, Text: text} }

func find(keys []key, name string) (key, bool) {
	for _, k := range keys {
		if k.name == name {
			return k, true
		}
	}
	return key{}, false
}

func nameList(keys []key) (list []string) {
	for _, k := range keys {
		list = append(list, k.name)
	}
	return list
}

func names(keys []key) string { return strings.Join(nameList(keys), ", ") }

// sections is a list of sections of one kind.
type sections[T any] struct {
	to    *[]T
	keys  func(*T) []key
	title string
}

// many is the target of a list of sections. Its entries do not move, so that their
// addresses stay good.
func many[T any](to *[]T, title string, keys func(*T) []key) target {
	return sections[T]{to, keys, title}
}

func (s sections[T]) read(r *reader, name string, n strictyaml.Node) {
	if n.Kind != strictyaml.List {
		r.wrong(n.Line, "begin each entry with a dash", "%s: %v, want a list", name, n.Kind)
		return
	}
	*s.to = make([]T, len(n.Items))
	for i, item := range n.Items {
		one := &(*s.to)[i]
		r.lines[one] = item.Line
		r.section(s.title, item, s.keys(one))
	}
}

func (s sections[T]) form() string { return "a list; each entry has the keys of " + s.title }
func (s sections[T]) address() any { return s.to }

// part is a section that stands once.
type part[T any] struct {
	to    *T
	given *bool
	keys  func(*T) []key
	title string
}

func (p part[T]) read(r *reader, _ string, n strictyaml.Node) {
	*p.given = true
	r.section(p.title, n, p.keys(p.to))
}

func (p part[T]) form() string { return "the keys of " + p.title }
func (p part[T]) address() any { return p.given }
