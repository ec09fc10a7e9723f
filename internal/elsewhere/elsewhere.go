// Package elsewhere runs a test of a package on other processors than this one: on one
// whose words are 32 bits (386), and on one that fuses multiplications with additions
// (arm64, by QEMU). What they print has to be what is printed here.
package elsewhere

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/peers"
)

// Same demands that a test of this package logs the given lines on all processors, too.
// It builds the package's tests for them.
func Same(t *testing.T, test string, lines []string) {
	t.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		peers.Missing(t, "the programs of other processors run on linux/amd64 only; run this test there")
	}
	for _, p := range []struct{ arch, runner string }{{"386", ""}, {"arm64", "qemu-aarch64-static"}} {
		t.Run(p.arch, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "package.test")
			args := []string{program, "-test.run", "^" + test + "$", "-test.v"}
			if p.runner != "" {
				args = append([]string{peers.Require(t, p.runner)}, args...)
			}
			build := exec.Command("go", "test", "-c", "-o", program, ".")
			build.Env = append(os.Environ(), "GOARCH="+p.arch, "CGO_ENABLED=0")
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if len(lines) == 0 {
				t.Error("there is nothing to compare")
			}
			for _, line := range lines {
				if !strings.Contains(string(out), line+"\n") {
					t.Errorf("%s is not among\n%s", line, out)
				}
			}
		})
	}
}
