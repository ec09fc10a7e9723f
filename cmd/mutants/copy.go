package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// workplace is a copy of the tree in which mutants are tried one after the
// other. It stays in its place, so that the build cache serves all of them.
type workplace struct {
	dir string
}

// treeFiles lists the files of the tree that git tracks or would track.
func treeFiles(ctx context.Context, root string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w: %s", err, strings.TrimSpace(errs.String()))
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
}

// newWorkplace copies the files below root to a new temporary folder.
func newWorkplace(root string, files []string) (*workplace, error) {
	dir, err := os.MkdirTemp("", "blackstart-mutants-")
	if err != nil {
		return nil, err
	}
	w := &workplace{dir: dir}
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and git has not been told
		}
		if err == nil {
			err = w.write(name, text)
		}
		if err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	return w, nil
}

func (w *workplace) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *workplace) write(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o755); err != nil {
		return err
	}
	return os.WriteFile(w.path(name), text, 0o644)
}

func (w *workplace) close() error { return os.RemoveAll(w.dir) }

// apply makes the edits of a mutant and returns what undoes them. When it
// fails nothing is changed.
func (w *workplace) apply(m mutant) (undo func() error, err error) {
	before, after, err := w.edited(m)
	if err != nil {
		return nil, err
	}
	undo = func() error { return w.writeAll(before) }
	if err := w.writeAll(after); err != nil {
		return nil, errors.Join(err, undo())
	}
	return undo, nil
}

// fits reports whether a mutant could be applied, and changes nothing.
func (w *workplace) fits(m mutant) error {
	_, _, err := w.edited(m)
	return err
}

// edited returns the texts of the files that a mutant changes, by name.
func (w *workplace) edited(m mutant) (before, after map[string]string, err error) {
	before, after = map[string]string{}, map[string]string{}
	for _, e := range m.edits {
		if _, met := before[e.path]; !met {
			text, err := os.ReadFile(w.path(e.path))
			if err != nil {
				return nil, nil, fmt.Errorf("the file to change cannot be read: %w", err)
			}
			before[e.path], after[e.path] = string(text), string(text)
		}
		if after[e.path], err = e.apply(after[e.path]); err != nil {
			return nil, nil, err
		}
	}
	return before, after, nil
}

func (w *workplace) writeAll(texts map[string]string) error {
	for name, text := range texts {
		if err := w.write(name, []byte(text)); err != nil {
			return err
		}
	}
	return nil
}
