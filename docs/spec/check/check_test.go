package check

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/peers"
)

// check runs the reader over the vectors below a root and returns what it prints.
func check(python, root string) (string, error) {
	out, err := exec.Command(python, ".", root).CombinedOutput()
	return string(out), err
}

// TestEveryVectorReadsTheSameInPython: what the specifications say is enough to
// read all vectors of the tree, and nothing that Go takes for good or for faulty
// is another thing for who has only read the text.
func TestEveryVectorReadsTheSameInPython(t *testing.T) {
	out, err := check(peers.Python(t, "cryptography"), filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Log("\n" + out)
}

// TestEveryLabelIsSpecified: a label that only the code has cannot be guessed.
func TestEveryLabelIsSpecified(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	var specs strings.Builder
	paths, err := filepath.Glob(filepath.Join(root, "docs", "spec", "*.md"))
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range append(paths, filepath.Join(root, "docs", "api.md")) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		specs.WriteString(strings.Join(strings.Fields(string(text)), " ")) // a line may end within a label
	}
	found := 0
	label := regexp.MustCompile(`"(blackstart [a-z ]+ v[0-9]+)(\\x00|%x)?"`)
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if strings.Contains(filepath.ToSlash(path), "cmd/blackstart-authority/") {
			return nil // its own files, which nobody else reads
		}
		text, err := os.ReadFile(path)
		for _, m := range label.FindAllSubmatch(text, -1) {
			found++
			if !strings.Contains(specs.String(), string(m[1])) {
				t.Errorf("%s: the label %q is in no specification", path, m[1])
			}
		}
		return err
	})
	if err != nil || found < 30 {
		t.Errorf("%d labels, %v", found, err)
	}
}

// TestTheReaderRefuses: a check that cannot fail shows nothing.
func TestTheReaderRefuses(t *testing.T) {
	good, err := os.ReadFile(filepath.Join("..", "..", "..", "message", "bundle", "testdata", "vectors", "ok-group.txt"))
	if err != nil {
		t.Fatal(err)
	}
	text, python := string(good), peers.Python(t, "cryptography")
	for _, c := range []struct{ name, folder, text, want string }{
		{"another class", "message/bundle", strings.Replace(text, "expect: ok", "expect: no-key", 1), "is ok, expected no-key"},
		{"another text", "message/bundle", strings.Replace(text, "content: 0 ", "content: 1 ", 1), "content: read ['0"},
		{"a line nobody reads", "message/bundle", "weather: fine\n" + text, "nobody reads its line 'weather'"},
		{"a damaged head", "message/bundle", "weather\n" + text, `is not "key: value"`},
		{"damaged bytes", "message/bundle", text + "0", "ValueError"},
		{"an unknown folder", "message/unheard", text, "no check for this folder"},
		{"no vectors", "message/bundle", "", "message/bundle/testdata/vectors: has no vectors"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, filepath.FromSlash(c.folder), "testdata", "vectors")
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if c.text != "" {
				if err := os.WriteFile(filepath.Join(dir, "x.txt"), []byte(c.text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			out, err := check(python, root)
			if err == nil || !strings.Contains(out, c.want) {
				t.Errorf("ended with %v, want a failure that says %q:\n%s", err, c.want, out)
			}
		})
	}
}
