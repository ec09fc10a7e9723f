package device

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
)

func slotFile(dir string) string       { return filepath.Join(dir, "keyslot") }
func identityFile(dir string) string   { return filepath.Join(dir, "identity") }
func networkFile(dir string) string    { return filepath.Join(dir, "network") }
func vaultFile(dir string) string      { return filepath.Join(dir, "vault") }
func packageKeyFile(dir string) string { return filepath.Join(dir, "packagekey") }
func othersFile(dir string) string     { return filepath.Join(dir, "others") }
func storeDir(dir string) string       { return filepath.Join(dir, "store") }
func lockFile(dir string) string       { return filepath.Join(dir, "lock") }
func addressFile(dir string) string    { return filepath.Join(dir, "address") }

// ConfigFile is where the configuration is.
func ConfigFile(dir string) string { return filepath.Join(dir, "node.yaml") }

// RequestFile is where the request to the authority is.
func RequestFile(dir string) string { return filepath.Join(dir, "request") }

// TokenFile is where the running node keeps the token of its API.
func TokenFile(dir string) string { return filepath.Join(dir, "token") }

// Exists reports whether there is a node in a folder.
func Exists(dir string) bool {
	_, err := os.Stat(identityFile(dir))
	return err == nil
}

// ReadAddress returns where the running node's API is. The error is
// fs.ErrNotExist where no node runs.
func ReadAddress(dir string) (string, error) {
	b, err := os.ReadFile(addressFile(dir))
	return strings.TrimSpace(string(b)), err
}

// WriteAddress tells others where this node's API is, and returns what takes
// that back.
func WriteAddress(dir, address string) (remove func() error, err error) {
	name := addressFile(dir)
	remove = func() error {
		if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	return remove, durable.WriteFile(name, []byte(address+"\n"), 0o600)
}

// PageURL is the address that opens the web page. It is a secret.
func PageURL(address, token string) string {
	u := url.URL{Scheme: "http", Host: address, Path: "/", Fragment: "token=" + token}
	return u.String()
}
