// Package config reads a node's configuration file, node.yaml in the node's
// folder. Template is the file with its documentation.
//
// Reading is strict: a misspelt key that was passed over would show in the
// field and nowhere else.
package config

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// Template is the documented file that `blackstart init` writes.
//
//go:embed node.yaml
var Template string

// MaxSize bounds the file in bytes.
const MaxSize = 64 << 10

// Config is what the file says.
type Config struct {
	Links          []string      // URLs
	Listen         string        // address of the local API
	KeyFile        string        // opens the node without a passphrase; relative to the folder
	PassphraseFile string        // holds the passphrase; relative to the folder
	KeyCommand     string        // puts out the key
	Signing        string        // all, or required
	Evidence       string        // all, or required
	Clock          string        // URL of a satellite receiver; empty: there is none
	ClockError     time.Duration // how wrong the system's clock is at most; 0: nobody vouches for it
	AirtimeLicence string        // what allows links more airtime than the law allows everybody, in the operator's words
	LogLevel       slog.Level
	LogFormat      string // text, or json
}

// Values of Signing, Evidence and LogFormat.
const (
	All      = "all"
	Required = "required"
	LogText  = "text"
	LogJSON  = "json"
)

// Default is the configuration of an empty file.
func Default() Config {
	return Config{Listen: "127.0.0.1:8470", Signing: Required, Evidence: Required,
		LogLevel: slog.LevelInfo, LogFormat: LogText}
}

// Error is a mistake in the file.
type Error struct {
	File string
	Line int // 0: not of one line
	What string
	Hint string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.What)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.What)
}

// Read reads a file. Where there is none the defaults hold. Mistakes are *Error.
func Read(name string) (Config, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Default(), nil
	}
	if err != nil {
		return Config{}, err
	}
	c, err := Parse(data)
	if e, ok := errors.AsType[*Error](err); ok {
		e.File = name
	}
	return c, err
}

// file is the YAML form: one field for each key.
type file struct {
	Links          []string `yaml:"links"`
	Listen         *string  `yaml:"listen"`
	KeyFile        *string  `yaml:"key-file"`
	PassphraseFile *string  `yaml:"passphrase-file"`
	KeyCommand     *string  `yaml:"key-command"`
	Signing        *string  `yaml:"signing"`
	Evidence       *string  `yaml:"evidence"`
	Clock          *string  `yaml:"clock"`
	ClockError     *string  `yaml:"clock-error"`
	AirtimeLicence *string  `yaml:"airtime-licence"`
	LogLevel       *string  `yaml:"log-level"`
	LogFormat      *string  `yaml:"log-format"`
}

// keys lists them all, in the order of the template.
var keys = []string{"links", "listen", KeyFile, PassphraseFile, KeyCommand, "signing", "evidence", "clock", "clock-error", "airtime-licence", "log-level", "log-format"}

// Parse reads the text of a file. Mistakes are *Error.
func Parse(text []byte) (Config, error) {
	if len(text) > MaxSize {
		return Config{}, &Error{What: fmt.Sprintf("it has %d bytes, at most %d", len(text), MaxSize), Hint: "is it the right file?"}
	}
	var f file
	if err := f.read(text); err != nil {
		return Config{}, err
	}
	c := Default()
	c.Links = f.Links
	for _, s := range []struct {
		to   *string
		from *string
	}{{&c.Listen, f.Listen}, {&c.KeyFile, f.KeyFile}, {&c.PassphraseFile, f.PassphraseFile}, {&c.KeyCommand, f.KeyCommand}, {&c.Clock, f.Clock}, {&c.AirtimeLicence, f.AirtimeLicence}} {
		if s.from != nil {
			*s.to = *s.from
		}
	}
	return c, c.fill(f, text)
}

// read reads the YAML.
func (f *file) read(text []byte) error { return explain(strictyaml.Decode(text, f, keys)) }

// fill takes the values that are not plain text.
func (c *Config) fill(f file, text []byte) error {
	wrong := func(key, value, want string) error {
		return &Error{Line: lineOf(text, key), What: fmt.Sprintf("%s: %q, want %s", key, value, want)}
	}
	for _, s := range []struct {
		key  string
		to   *string
		from *string
	}{{"signing", &c.Signing, f.Signing}, {"evidence", &c.Evidence, f.Evidence}} {
		if s.from == nil {
			continue
		}
		if *s.to = *s.from; *s.to != All && *s.to != Required {
			return wrong(s.key, *s.to, "all or required")
		}
	}
	if f.LogFormat != nil {
		if c.LogFormat = *f.LogFormat; c.LogFormat != LogText && c.LogFormat != LogJSON {
			return wrong("log-format", c.LogFormat, "text or json")
		}
	}
	if f.LogLevel != nil {
		if err := c.LogLevel.UnmarshalText([]byte(*f.LogLevel)); err != nil {
			return wrong("log-level", *f.LogLevel, "debug, info, warn or error")
		}
	}
	if f.ClockError != nil {
		d, err := time.ParseDuration(*f.ClockError)
		if err != nil || d <= 0 {
			return wrong("clock-error", *f.ClockError, "a time such as 60s or 48h")
		}
		c.ClockError = d
	}
	set := []string{}
	for i, v := range [...]string{c.KeyFile, c.PassphraseFile, c.KeyCommand} {
		if v != "" {
			set = append(set, unlockKeys[i])
		}
	}
	if len(set) > 1 {
		return &Error{Line: lineOf(text, set[1]), What: fmt.Sprintf("%s and %s exclude each other", set[0], set[1]),
			Hint: "leave out one of them"}
	}
	return nil
}

// lineOf returns the line on which a key of the first level stands.
func lineOf(text []byte, key string) int {
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if strings.HasPrefix(line, key) && strings.HasPrefix(strings.TrimLeft(line[len(key):], " "), ":") { // public: names in a file of settings
			return n
		}
	}
	return 0
}
