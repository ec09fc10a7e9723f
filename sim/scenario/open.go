package scenario

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
	"github.com/blackstart-mesh/blackstart/sim/scenarios"
)

const suffix = ".yaml"

// Builtin names the scenarios that are part of the program.
func Builtin() (list []string) {
	entries, err := scenarios.Files.ReadDir(".")
	if err != nil {
		panic("internal error: " + err.Error())
	}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), suffix); ok {
			list = append(list, name)
		}
	}
	return list
}

// Text returns the text of a scenario that is part of the program, for people who
// want to write one like it.
func Text(name string) ([]byte, error) {
	text, err := scenarios.Files.ReadFile(name + suffix)
	if err != nil {
		return nil, fmt.Errorf("there is no built-in scenario %q: there are %s", name, strings.Join(Builtin(), ", "))
	}
	return text, nil
}

// Open reads and checks a scenario: a file, or one that is part of the program, by
// its name. A mistake in it is of type Mistakes.
func Open(name string) (*Scenario, error) {
	text, err := readFile(name, MaxText)
	if err == nil {
		return Parse(name, text, besides(name))
	}
	if strings.ContainsRune(name, filepath.Separator) || strings.HasSuffix(name, suffix) || !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read a scenario: %w", err)
	}
	if text, err = Text(name); err != nil {
		return nil, fmt.Errorf("there is no file and no built-in scenario %q; did you mean %q? built in are %s",
			name, strictyaml.Nearest(name, Builtin()), strings.Join(Builtin(), ", "))
	}
	return Parse(name+suffix, text, scenarios.Files.ReadFile)
}

// besides reads the files in the folder of another.
func besides(name string) Read {
	return func(other string) ([]byte, error) {
		if !filepath.IsAbs(other) {
			other = filepath.Join(filepath.Dir(name), other)
		}
		return readFile(other, maxFile)
	}
}

// readFile reads a file up to one byte more than most: enough to see that it is too
// long, be it a device that never ends.
func readFile(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}
