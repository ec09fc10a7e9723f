package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesThatAreTooLong: of a scenario, or a file that it names, no more is read
// than may be in it, were it a device that never ends.
func TestFilesThatAreTooLong(t *testing.T) {
	const endless = "/dev/zero"
	if _, err := os.Stat(endless); err != nil {
		return // a system without such a device
	}
	if _, err := Open(endless); err == nil || !strings.Contains(err.Error(), "more than 262144 bytes") {
		t.Errorf("%v, want that it is too long", err)
	}
	name := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(name, []byte(strings.Replace(sound, "people:", "contacts: {file: "+endless+"}\npeople:", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(name); err == nil || !strings.Contains(err.Error(), "s.yaml:29: /dev/zero: it has more than 67108864 bytes") {
		t.Errorf("%v, want that the file is too long", err)
	}
}
