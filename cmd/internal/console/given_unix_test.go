//go:build !windows

package console

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReadFileRefusesWhatHasNoEnd: a pipe would wait for a writer, and a device goes
// on for ever. A pipe that a shell opened for this process is as good as a file.
func TestReadFileRefusesWhatHasNoEnd(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{pipe: "is a pipe, not a file", "/dev/zero": "is a device, not a file"} { // order: each on its own
		if _, err := ReadFile(name, 100); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString("secret"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if data, err := ReadFile(fmt.Sprintf("/dev/fd/%d", r.Fd()), 100); string(data) != "secret" || err != nil {
		t.Errorf("from the shell: %q, %v", data, err)
	}
}
