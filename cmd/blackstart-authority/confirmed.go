package main

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// While a batch is under way, each request whose code was compared is noted in a file
// of the folder before the next one is shown, so that nothing has to be compared
// twice, whatever happens. Each line is signed by the root, over a label and the hash of
// the request: who can write to the folder cannot slip in one that nobody compared.
const (
	confirmedFile  = "confirmed"
	labelConfirmed = "blackstart authority confirmed request v1\x00"
)

// confirmed is the requests of a batch that were compared.
type confirmed struct {
	path  string
	lines []string
	hash  map[[32]byte]bool
}

// readConfirmed reads what a batch before left; there may be none. A line that the
// root did not sign is passed over: the code is then compared again.
func readConfirmed(dir string, root ident.SignKey) (*confirmed, error) {
	c := &confirmed{path: filepath.Join(dir, confirmedFile), hash: map[[32]byte]bool{}}
	data, err := os.ReadFile(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(data)) {
		first, second, _ := strings.Cut(strings.TrimSpace(line), " ")
		signature, errS := base64.StdEncoding.DecodeString(first)
		sum, errH := base64.StdEncoding.DecodeString(second)
		if errS != nil || errH != nil || len(sum) != sha256.Size || !(ident.Ed25519{}).Verify(root, append([]byte(labelConfirmed), sum...), signature) {
			continue
		}
		c.lines, c.hash[[32]byte(sum)] = append(c.lines, strings.TrimSpace(line)), true
	}
	return c, nil
}

func (c *confirmed) has(r *enrol.Request) bool { return c.hash[sha256.Sum256(r.Encode())] }

// add makes durable that a request's code was compared.
func (c *confirmed) add(w world, r *enrol.Request, root *ident.Private) error {
	sum := sha256.Sum256(r.Encode())
	signature := root.Sign(append([]byte(labelConfirmed), sum[:]...))
	c.lines = append(c.lines, base64.StdEncoding.EncodeToString(signature[:])+" "+base64.StdEncoding.EncodeToString(sum[:]))
	c.hash[sum] = true
	if err := w.disk.Write(c.path, []byte(strings.Join(c.lines, "\n")+"\n"), 0o600); err != nil {
		return fmt.Errorf("note that a code was compared: %w", err)
	}
	return nil
}

// done forgets them, once all stand in the ledger.
func (c *confirmed) done(w world) error { return w.disk.Remove(c.path) }
