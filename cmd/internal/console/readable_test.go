package console

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWarnShared(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // files have no such modes there
	}
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		mode  os.FileMode
		warns bool
	}{{0o600, false}, {0o400, false}, {0o640, true}, {0o644, true}, {0o602, true}} {
		if err := os.Chmod(file, c.mode); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		WarnShared(&out, "blackstart", file)
		if warned := out.Len() > 0; warned != c.warns || strings.Count(out.String(), "\n") > 1 {
			t.Errorf("mode %o: %q", c.mode, out.String())
		}
	}
	var out strings.Builder
	WarnShared(&out, "blackstart", "")
	WarnShared(&out, "blackstart", file+"x")
	if out.Len() > 0 {
		t.Errorf("no file: %q", out.String())
	}
}
