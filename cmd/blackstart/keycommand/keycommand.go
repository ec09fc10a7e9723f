// Package keycommand runs an operator's key command: a program whose standard
// output opens a node, such as `systemd-creds cat NAME` or `tpm2_unseal -c HANDLE`.
package keycommand

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// TimeOut is how long a key command may take: a TPM needs a second or two.
const TimeOut = 30 * time.Second

// waitDelay is how long the pipes of a command that was ended stay open for what
// it started in its turn.
const waitDelay = time.Second

// maxSaid bounds what is told of a command's error output, in bytes.
const maxSaid = 300

// Errors of Run, for errors.Is.
var (
	ErrSyntax  = errors.New("the key command cannot be read")
	ErrFailed  = errors.New("the key command failed")
	ErrTimeOut = errors.New("the key command took too long")
	ErrOutput  = errors.New("the key command's output is not a key")
)

// Split cuts a command line into words at spaces. Quotes, single or double, keep
// spaces together; there is no other magic, since no shell reads the line. Whoever
// wants one writes: sh -c '...'
func Split(line string) (words []string, err error) {
	var word strings.Builder
	begun, quote := false, rune(0)
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, begun = r, true
		case r == ' ' || r == '\t':
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if begun {
		words = append(words, word.String())
	}
	switch {
	case quote != 0:
		return nil, fmt.Errorf("%w: a quote %c is not closed in %s", ErrSyntax, quote, line)
	case len(words) == 0 || words[0] == "":
		return nil, fmt.Errorf("%w: it names no program", ErrSyntax)
	}
	return words, nil
}

// Run runs a command line and returns what it put out, byte for byte:
// keyslot.MinKey to keyslot.MaxKey bytes. The command inherits the environment and
// has nothing on its standard input. Errors wrap those above.
func Run(ctx context.Context, line string, timeOut time.Duration) ([]byte, error) {
	words, err := Split(line)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeOut)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.WaitDelay = waitDelay
	out, said := &limited{room: keyslot.MaxKey + 1}, &limited{room: maxSaid}
	cmd.Stdout, cmd.Stderr = out, said
	err = cmd.Run()
	switch n := out.buf.Len(); {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = fmt.Errorf("%w: %s did not end in %v", ErrTimeOut, line, timeOut)
	case err != nil:
		err = fmt.Errorf("%w: %s: %w%s", ErrFailed, line, err, said.lastWords())
	case n < keyslot.MinKey:
		err = fmt.Errorf("%w: %s put out %d bytes, want %d random ones at least", ErrOutput, line, n, keyslot.MinKey)
	case n > keyslot.MaxKey:
		err = fmt.Errorf("%w: %s put out more than %d bytes", ErrOutput, line, keyslot.MaxKey)
	}
	if err != nil {
		clear(out.buf.Bytes())
		return nil, err
	}
	return out.buf.Bytes(), nil
}

// limited keeps the first bytes that are written to it and takes the rest in
// silence.
type limited struct {
	buf  bytes.Buffer
	room int
}

func (l *limited) Write(p []byte) (int, error) {
	l.buf.Write(p[:min(len(p), max(0, l.room-l.buf.Len()))])
	return len(p), nil
}

// lastWords is what a command said of its failure, in one line.
func (l *limited) lastWords() string {
	text := strings.Join(strings.Fields(l.buf.String()), " ")
	if text == "" {
		return ""
	}
	return ": " + text
}
