package console

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// minPassphrase is the shortest passphrase that is taken for a new key. The
// derivation makes each guess slow; it cannot make a short word long.
const minPassphrase = 8

// maxSecret bounds a file that holds a passphrase or a PIN, in bytes.
const maxSecret = 4 << 10

// word is what a secret is called, with the flag that names a file with it.
type word struct{ name, flag, advice string }

func passphrase() word {
	return word{"passphrase", "--passphrase-file", "five random words are easy to remember and hard to guess"}
}

func pin() word {
	return word{"PIN", "--pin-file", "take eight random digits, or more"}
}

func (s word) noTerminal(what string) error {
	return Faultf(Passphrase, "run it in a terminal, or give "+s.flag, "no terminal to ask for the %s of %s", s.name, what)
}

// Confirm asks a yes-or-no question on the terminal. Without one it fails, and
// hint says which flag answers instead.
func Confirm(question, hint string) (bool, error) {
	t, err := openTerminal()
	if err != nil {
		return false, Faultf(Usage, hint, "no terminal to ask: %s", question)
	}
	defer t.close()
	return t.confirm(question)
}

// Sure is Confirm before something that is done with a yes only. The error after
// another answer says what was not done, in the words of otherwise.
func Sure(question, hint, otherwise string) error {
	yes, err := Confirm(question, hint)
	return refused(yes, err, otherwise)
}

func refused(yes bool, err error, otherwise string) error {
	if err == nil && !yes {
		return Faultf(Failure, "", "%s", otherwise)
	}
	return err
}

func (t *terminal) confirm(question string) (bool, error) {
	fmt.Fprintf(t.out, "%s [y/N] ", question)
	line, err := bufio.NewReader(t.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("read the answer: %w", err)
	}
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes", nil
}

// Line asks for a line at the terminal. Without one it fails, and hint says which flag
// answers instead.
func Line(prompt, hint string) (string, error) {
	t, err := openTerminal()
	if err != nil {
		return "", Faultf(Passphrase, hint, "no terminal to ask: %s", strings.TrimSuffix(prompt, ": "))
	}
	defer t.close()
	fmt.Fprint(t.out, prompt)
	line, err := readLine(t.in)
	if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
		return "", fmt.Errorf("read the answer: %w", err)
	}
	return strings.TrimSpace(line), nil
}

// Choice asks for a line at the terminal; an empty one means the answer that is
// proposed. Without a terminal it fails, and hint says which flag answers instead.
func Choice(prompt, proposed, hint string) (string, error) {
	t, err := openTerminal()
	if err != nil {
		return "", Faultf(Usage, hint, "no terminal to ask: %s", prompt)
	}
	defer t.close()
	if proposed != "" {
		prompt += " [" + proposed + "]"
	}
	fmt.Fprintf(t.out, "%s: ", prompt)
	line, err := readLine(t.in)
	if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
		return "", fmt.Errorf("read the answer: %w", err)
	}
	if line = strings.TrimSpace(line); line == "" {
		return proposed, nil
	}
	return line, nil
}

// readLine takes one line and nothing after it, which is another question's.
func readLine(in io.Reader) (string, error) {
	var line []byte
	for b := make([]byte, 1); ; {
		n, err := in.Read(b)
		if n == 1 && b[0] == '\n' {
			return string(line), nil
		}
		line = append(line, b[:n]...)
		if err != nil {
			return string(line), err
		}
	}
}

// ReadPassphrase returns the passphrase that opens something: the first line
// of file, or, where file is "", what is typed at the terminal.
func ReadPassphrase(file, what string) ([]byte, error) { return passphrase().read(file, what) }

// NewPassphrase returns a passphrase for something new. Typed at the terminal
// it is asked for twice.
func NewPassphrase(file, what string) ([]byte, error) { return passphrase().make(file, what) }

// ReadPIN is ReadPassphrase for the PIN of a person.
func ReadPIN(file, person string) ([]byte, error) { return pin().read(file, person) }

// NewPIN is NewPassphrase for the PIN of a person.
func NewPIN(file, person string) ([]byte, error) { return pin().make(file, person) }

func (s word) read(file, what string) ([]byte, error) {
	if file != "" {
		return s.fromFile(file)
	}
	t, err := openTerminal()
	if err != nil {
		return nil, s.noTerminal(what)
	}
	defer t.close()
	return t.hidden(s.name, s.name+" of "+what+": ")
}

func (s word) make(file, what string) ([]byte, error) {
	if file != "" {
		p, err := s.fromFile(file)
		if err != nil {
			return nil, err
		}
		return p, s.longEnough(p)
	}
	t, err := openTerminal()
	if err != nil {
		return nil, s.noTerminal(what)
	}
	defer t.close()
	first, err := t.hidden(s.name, "new "+s.name+" for "+what+": ")
	if err != nil {
		return nil, err
	}
	if err := s.longEnough(first); err != nil {
		return nil, err
	}
	second, err := t.hidden(s.name, "the same again: ")
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(first, second) {
		return nil, Faultf(Passphrase, "", "the two %ss differ", s.name)
	}
	return first, nil
}

func (s word) longEnough(p []byte) error {
	if len(p) >= minPassphrase {
		return nil
	}
	return Faultf(Passphrase, s.advice, "the %s has %d characters, at least %d are needed", s.name, len(p), minPassphrase)
}

func (s word) fromFile(file string) ([]byte, error) {
	data, err := ReadFile(file, maxSecret)
	if f, ok := errors.AsType[*Fault](err); ok {
		return nil, Wrap(Passphrase, f.Hint, err)
	}
	if err != nil {
		return nil, Wrap(Passphrase, "", err)
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) == 0 {
		return nil, Faultf(Passphrase, "put the "+s.name+" into its first line", "%s holds no %s", file, s.name)
	}
	return line, nil
}

// terminal is where people are asked, whatever the standard streams are.
type terminal struct {
	in, out *os.File
	own     bool // in and out were opened here
}

func (t *terminal) close() {
	if t.own {
		_ = t.in.Close()
		_ = t.out.Close()
	}
}

// hidden asks for a line without showing it.
func (t *terminal) hidden(name, prompt string) ([]byte, error) {
	fmt.Fprint(t.out, prompt)
	p, err := readHidden(t.in)
	fmt.Fprintln(t.out)
	if err != nil {
		return nil, Wrap(Passphrase, "", fmt.Errorf("read the %s: %w", name, err))
	}
	if len(p) == 0 {
		return nil, Faultf(Passphrase, "", "no %s given", name)
	}
	return p, nil
}

var errNoTerminal = errors.New("no terminal")

// standard returns standard input and error as the terminal, where they are one.
func standard() (*terminal, error) {
	if isTerminal(os.Stdin) && isTerminal(os.Stderr) {
		return &terminal{in: os.Stdin, out: os.Stderr}, nil
	}
	return nil, errNoTerminal
}

// Terminal reports whether what is written to w is shown on a terminal.
func Terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isTerminal(f)
}
