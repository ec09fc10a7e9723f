package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
)

// bench is an authority in a temporary folder, driven in this process.
type bench struct {
	t        *testing.T
	dir      string
	out, err bytes.Buffer
	entropy  io.Reader
	disk     disk
	now      time.Time
	answer   func(prompt string) (string, error)
	scans    string // what a scanner types
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, dir: t.TempDir(), entropy: rand.NewChaCha8([32]byte{7}), disk: realDisk{},
		now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	b.write("pass", "correct horse battery\n")
	b.want(console.OK, "create", "--name", "North", "--passphrase-file", b.path("pass"), b.path("north"))
	return b
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

func (b *bench) write(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) read(name string) string {
	b.t.Helper()
	text, err := os.ReadFile(b.path(name))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

// want runs a command and demands its exit code.
func (b *bench) want(code int, args ...string) {
	b.t.Helper()
	b.out.Reset()
	b.err.Reset()
	if got := run(args, b.world()); got != code {
		b.t.Errorf("%s: exit code %d, want %d\n%s", strings.Join(args, " "), got, code, b.err.String())
	}
}

func (b *bench) world() world {
	return world{in: strings.NewReader(b.scans), out: &b.out, err: &b.err, entropy: b.entropy, answer: b.answer, disk: b.disk, cost: cost{passes: 1, memory: 64}, now: func() time.Time { return b.now }}
}

// request writes the request file of a device, named after it.
func (b *bench) request(name string) {
	b.t.Helper()
	r, err := enrol.NewRequest(name, "", device(name), packageKey(name))
	if err != nil {
		b.t.Fatal(err)
	}
	b.write(name, string(r.Text()))
}

func (b *bench) enrol(name string) {
	b.t.Helper()
	b.request(name)
	b.want(console.OK, "enrol", b.path("north"), b.path(name), "--yes", "--passphrase-file", b.path("pass"))
}

func TestExitCodes(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.write("wrong", "something else\n")
	b.write("junk", "junk")
	b.want(console.Usage, "nonsense")
	b.want(console.Usage, "list", b.path("nowhere"))
	b.want(console.Usage, "create", "--name", "South", b.path("north"))
	b.want(console.Usage, "enrol", b.path("north"), b.path("crew-1"), "--yes")
	b.want(console.Passphrase, "enrol", b.path("north"), b.path("crew-1"), "--renew", "--yes", "--passphrase-file", b.path("wrong"))
	b.want(console.Usage, "enrol", b.path("north"), b.path("crew-1"), "--yes")
	b.want(console.Passphrase, "enrol", b.path("north"), b.path("crew-1"), "--renew", "--yes", "--passphrase-file", b.path("absent"))
	b.want(console.Untrusted, "enrol", b.path("north"), b.path("junk"), "--yes")
	b.want(console.Failure, "enrol", b.path("north"), b.path("absent"), "--yes")
	b.want(console.OK, "show", b.path("north"))
}

// Whatever is changed in the ledger, the next start says so and does nothing.
func TestLedgerTampering(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.enrol("crew-2")
	good := b.read("north/ledger")
	lines := strings.SplitAfter(good, "\n")
	for name, text := range map[string]string{
		"name changed":     strings.Replace(good, "crew-1", "crew-9", 1),
		"time changed":     strings.Replace(good, "2026", "2025", 1),
		"line left out":    lines[0] + lines[2],
		"lines exchanged":  lines[0] + lines[2] + lines[1],
		"line twice":       good + lines[2],
		"first line gone":  lines[1] + lines[2],
		"last line gone":   lines[0] + lines[1],
		"cut within":       good[:len(good)-10],
		"signature swaps":  lines[0] + lines[2][:88] + lines[1][88:] + lines[2],
		"empty":            "",
		"unknown field":    strings.Replace(good, `"n":2`, `"m":1,"n":2`, 1),
		"words after line": strings.Replace(good, "}\n", "} \n", 1),
	} {
		b.write("north/ledger", text)
		b.want(console.Store, "list", b.path("north"))
		if b.out.Len() > 0 {
			t.Errorf("%s: a list was printed", name)
		}
	}
	b.write("north/ledger", good)
	b.want(console.OK, "list", b.path("north"))
}

// An old copy of the folder would hand out numbers twice; the newer network
// file in it shows that.
func TestOldCopyIsRefused(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	old := b.read("north/ledger")
	b.enrol("crew-2")
	b.write("north/ledger", old)
	b.want(console.Store, "show", b.path("north"))
}

func TestKeyFileTampering(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	good := b.read("north/key")
	for name, c := range map[string]struct {
		text string
		code int
	}{
		"salt changed":     {strings.Replace(good, good[70:74], "AAAA", 1), console.Passphrase},
		"not a key file":   {"junk", console.Store},
		"demands too much": {strings.Replace(good, "AQAAAAEAAABA", "AQAAAAH/////", 1), console.Store},
	} {
		if c.text == good {
			t.Fatalf("%s: the test changed nothing", name)
		}
		b.write("north/key", c.text)
		b.want(console.Store, "list", b.path("north"))
		// The ledger names the file by its hash; whoever can change both as well
		// still does not get past the passphrase.
		if _, _, err := openBox(b.path("north/key"), []byte("correct horse battery")); console.Report(io.Discard, program, err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}
