package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// mutant is one seeded defect.
type mutant struct {
	name   string
	breaks string
	test   []string // arguments of go test
	edits  []edit
}

// edit replaces a text that occurs once in a file.
type edit struct {
	path          string // relative to the root, slashes
	find, replace string
}

// readAll reads the mutants of a folder, in order of their names.
func readAll(dir string, match *regexp.Regexp) ([]mutant, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.mutant"))
	if err != nil {
		return nil, err
	}
	var all []mutant
	for _, file := range names {
		name := strings.TrimSuffix(filepath.Base(file), ".mutant")
		if !match.MatchString(name) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		m, err := read(name, text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, m)
	}
	return all, nil
}

// read understands one mutant.
func read(name string, text []byte) (mutant, error) {
	archive := txtar.Parse(text)
	m := mutant{name: name}
	file := ""
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch {
		case key == "":
		case !ok:
			return m, fmt.Errorf("header line %q has no colon", strings.TrimSpace(line))
		case key == "breaks":
			m.breaks = value
		case key == "file":
			file = value
		case key == "test":
			m.test = strings.Fields(value)
		default:
			return m, fmt.Errorf("header key %q is unknown; want breaks, file or test", key)
		}
	}
	if m.breaks == "" || len(m.test) == 0 {
		return m, fmt.Errorf("header lacks %q or %q", "breaks", "test")
	}
	var err error
	m.edits, err = readEdits(archive.Files, file)
	return m, err
}

func readEdits(sections []txtar.File, file string) ([]edit, error) {
	if len(sections) == 0 || len(sections)%2 != 0 {
		return nil, fmt.Errorf("%d sections, want pairs of find and replace", len(sections))
	}
	var edits []edit
	for i := 0; i < len(sections); i += 2 {
		find, replace := sections[i], sections[i+1]
		verb, path, own := strings.Cut(find.Name, " ")
		if !own {
			path = file
		}
		if verb != "find" || replace.Name != "replace" {
			return nil, fmt.Errorf("sections %q and %q, want find and replace", find.Name, replace.Name)
		}
		if path == "" {
			return nil, fmt.Errorf("section %q: no file is named, here or in the header", find.Name)
		}
		if !filepath.IsLocal(path) {
			return nil, fmt.Errorf("file %q leads out of the tree", path)
		}
		e := edit{path: path, find: string(find.Data), replace: string(replace.Data)}
		if strings.TrimSpace(e.find) == "" || e.find == e.replace {
			return nil, fmt.Errorf("section %q finds nothing or changes nothing", find.Name)
		}
		edits = append(edits, e)
	}
	return edits, nil
}

// apply returns the text with the edit made. The find text has to stand there
// exactly once, or the mutant is out of date with the code.
func (e edit) apply(text string) (string, error) {
	if n := strings.Count(text, e.find); n != 1 {
		return "", fmt.Errorf("the text to find occurs %d times in %s, want once", n, e.path)
	}
	return strings.Replace(text, e.find, e.replace, 1), nil
}
