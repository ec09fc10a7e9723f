package peers

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// recorder is a testing.TB that keeps what it is told instead of stopping.
type recorder struct {
	testing.TB
	fatal, skip string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Name() string              { return "TestOfAnother" }
func (r *recorder) Fatalf(f string, a ...any) { r.fatal = fmt.Sprintf(f, a...) }
func (r *recorder) Skipf(f string, a ...any)  { r.skip = fmt.Sprintf(f, a...) }

const absent = "a-program-that-nobody-has"

func TestRequire(t *testing.T) {
	for _, c := range []struct {
		name, program, ci string
		fatal, skip       bool
	}{
		{"present", "go", "true", false, false},
		{"missing at home", absent, "", false, true},
		{"missing in CI", absent, "true", true, false},
		{"CI must say true", absent, "1", false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("CI", c.ci)
			t.Setenv(SkippedFile, "")
			r := &recorder{TB: t}
			path := Require(r, c.program)
			if (r.fatal != "") != c.fatal || (r.skip != "") != c.skip {
				t.Errorf("failed with %q, skipped with %q; want fail %v, skip %v", r.fatal, r.skip, c.fatal, c.skip)
			}
			if (path == "") == (c.program == "go") {
				t.Errorf("path of %s is %q", c.program, path)
			}
		})
	}
}

func TestPythonWithoutTheModuleIsMissing(t *testing.T) {
	t.Setenv("CI", "")
	t.Setenv(SkippedFile, "")
	r := &recorder{TB: t}
	if path := Python(r, "a_module_that_nobody_has"); path != "" || r.skip == "" {
		t.Errorf("path %q, skipped with %q", path, r.skip)
	}
}

func TestWhatIsLeftOutIsNoted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "skipped")
	t.Setenv("CI", "")
	t.Setenv(SkippedFile, file)
	r := &recorder{TB: t}
	Require(r, absent)
	Missing(r, "no display")
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := "TestOfAnother: " + absent + " is not installed; install it with .ci/peers\nTestOfAnother: no display\n"
	if string(got) != want {
		t.Errorf("noted %q, want %q", got, want)
	}
}

// What tests ask for is what .ci/peers installs.
func TestPeersAreListed(t *testing.T) {
	root := filepath.Join("..", "..")
	script, err := os.ReadFile(filepath.Join(root, ".ci", "peers"))
	if err != nil {
		t.Fatal(err)
	}
	asks := regexp.MustCompile(`peers\.Require\(t, "([^"]+)"\)`)
	found := 0
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range asks.FindAllStringSubmatch(string(text), -1) {
			found++
			if !strings.Contains(string(script), "\n"+m[1]+" ") {
				t.Errorf("%s asks for %s, which .ci/peers does not install", path, m[1])
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("%d programs are asked for, %v", found, err)
	}
}
