// Package peers names the programs from outside that some tests talk to:
// modems, browsers, terminals. Such a test asks for its program first, so that
// nothing is ever left out in silence.
package peers

import (
	"os"
	"os/exec"
	"testing"
)

// SkippedFile is the environment variable that names the file to which a line
// is appended for each thing that could not be run. `make test` sets it, and
// prints the lines at its end.
const SkippedFile = "BLACKSTART_SKIPPED"

// install is the way out where a program is missing.
const install = "; install it with .ci/peers"

// Require returns the path of a program, which a test cannot do without. Where
// it is not installed the test is skipped; with CI=true it fails, since a
// machine that judges a change has to run everything.
func Require(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		Missing(t, program+" is not installed"+install)
	}
	return path
}

// Python returns the path of a python3 that has a module, under the same rule as
// Require. It also looks for the system's own, which is the one for which the
// package manager installs modules, and which another may hide.
func Python(t testing.TB, module string) string {
	t.Helper()
	for _, program := range []string{"python3", "/usr/bin/python3"} {
		path, err := exec.LookPath(program)
		if err != nil {
			continue
		}
		if err := exec.Command(path, "-c", "import "+module).Run(); err == nil {
			return path
		}
	}
	Missing(t, "no python3 with its module "+module+" is installed"+install)
	return ""
}

// Missing skips the test for a reason other than a missing program (a display,
// a privilege), which why names together with the way out, under the same rule as Require: with CI=true the test fails.
func Missing(t testing.TB, why string) {
	t.Helper()
	record(t, t.Name()+": "+why)
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s", why)
		return
	}
	t.Skipf("%s", why)
}

// record appends one line in one write, so that the packages that `go test`
// runs side by side do not mix theirs.
func record(t testing.TB, line string) {
	t.Helper()
	name := os.Getenv(SkippedFile)
	if name == "" {
		return
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Errorf("cannot note what was left out: %v", err)
		return
	}
	if _, err := f.WriteString(line + "\n"); err != nil {
		t.Errorf("cannot note what was left out: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("cannot note what was left out: %v", err)
	}
}
