package scenario

import (
	"bytes"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// maxFile bounds the files that a scenario names.
const maxFile = 64 << 20

// Read returns the bytes of a file that a scenario names, as it names it.
type Read func(name string) ([]byte, error)

// Parse reads and checks a scenario. Name stands before each mistake. The error is
// Mistakes: all that were found.
func Parse(name string, text []byte, read Read) (*Scenario, error) {
	r := &reader{file: name, lines: make(map[any]int)}
	s := r.scenario(text)
	if len(r.mistakes) == 0 {
		s.check(r)
		s.read(r, read)
	}
	if err := r.result(); err != nil {
		return nil, err
	}
	return s, nil
}

// read reads the files that a scenario names.
func (s *Scenario) read(r *reader, read Read) {
	for i := range s.Radios {
		c := &s.Radios[i]
		if text, ok := r.open(&c.Matrix, c.Matrix, read); ok {
			s.readMatrix(r, c, text)
		}
	}
	if text, ok := r.open(&s.Contacts.File, s.Contacts.File, read); ok {
		var err error
		if s.Files.Contacts, err = contact.ReadChanges(bytes.NewReader(text), s.Count()); err != nil {
			r.inFile(s.Contacts.File, err)
		}
	}
	if text, ok := r.open(&s.Messages, s.Messages, read); ok {
		var err error
		if s.Files.Messages, err = contact.ReadMessages(bytes.NewReader(text), s.Count()); err != nil {
			r.inFile(s.Messages, err)
		}
	}
}

func (s *Scenario) readMatrix(r *reader, c *Radio, text []byte) {
	m, err := terrain.ReadMatrix(bytes.NewReader(text))
	if err != nil {
		r.inFile(c.Matrix, err)
		return
	}
	on := s.with(c.Name)
	if m.Len() != len(on) {
		r.wrong(r.at(&c.Matrix), fmt.Sprintf("let %d nodes have this radio, or take a matrix of %d rows", m.Len(), len(on)),
			"matrix: %s is for %d nodes, but %d have the radio %q", c.Matrix, m.Len(), len(on), c.Name)
		return
	}
	if s.Files.Matrices == nil {
		s.Files.Matrices = make(map[string]*terrain.Matrix)
	}
	s.Files.Matrices[c.Name] = m
}

// open returns what a file holds that a field names, if it names one.
func (r *reader) open(field any, name string, read Read) ([]byte, bool) {
	if name == "" {
		return nil, false
	}
	text, err := read(name)
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("it has more than %d bytes, the most that is read", maxFile)
	}
	if err != nil {
		if e, ok := err.(*fs.PathError); ok {
			err = e.Err // the name stands there already
		}
		r.wrong(r.at(field), "names of files count from the folder of the scenario", "%s: %v", name, err)
		return nil, false
	}
	return text, true
}

// inFile notes a mistake in another file, at the line that the error begins with.
func (r *reader) inFile(name string, err error) {
	m := Mistake{File: name, What: err.Error()}
	if rest, ok := strings.CutPrefix(m.What, "line "); ok {
		number, what, _ := strings.Cut(rest, ": ")
		if n, err := strconv.Atoi(number); err == nil {
			m.Line, m.What = n, what
		}
	}
	r.mistakes = append(r.mistakes, m)
}

// Count returns how many nodes there are.
func (s *Scenario) Count() int {
	n := 0
	for _, g := range s.Groups {
		n += len(g)
	}
	return n
}

// with returns the nodes that have a radio, in the order of their numbers.
func (s *Scenario) with(radio string) []int {
	has := make([]bool, s.Count())
	for i, g := range s.Nodes {
		for _, name := range g.Radios {
			if name == radio {
				for _, n := range s.Groups[i] {
					has[n] = true
				}
			}
		}
	}
	return marked(has)
}

// named returns the nodes of groups by name, in the order of their numbers.
func (s *Scenario) named(groups []string) []int {
	in := make([]bool, s.Count())
	for i, g := range s.Nodes {
		for _, name := range groups {
			if name == g.Name || name == Everyone {
				for _, n := range s.Groups[i] {
					in[n] = true
				}
			}
		}
	}
	return marked(in)
}

func marked(in []bool) (list []int) {
	for i, yes := range in {
		if yes {
			list = append(list, i)
		}
	}
	return list
}
