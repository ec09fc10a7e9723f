package report

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func init() {
	flag.Bool("rewrite", false, "rewrite the files of testdata; read the difference before you commit it")
}

// golden holds what is written to a file of testdata.
func golden(t *testing.T, name string, write func(io.Writer) error) []byte {
	t.Helper()
	var got bytes.Buffer
	if err := write(&got); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name)
	if flag.Lookup("rewrite").Value.String() == "true" {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))
	if !bytes.Equal(got.Bytes(), want) {
		at := 0
		for at < min(got.Len(), len(want)) && got.Bytes()[at] == want[at] {
			at++
		}
		from := max(0, at-80)
		t.Errorf("%s differs at byte %d; go test -rewrite makes it anew\ngot  ...%q\nwant ...%q", file, at,
			got.Bytes()[from:min(at+80, got.Len())], want[from:min(at+80, len(want))])
	}
	return got.Bytes()
}

func TestWritten(t *testing.T) {
	one, many := NewDocument([]Run{small()}), NewDocument(towns())
	for _, c := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"small.txt", func(w io.Writer) error { return WriteText(w, &one) }},
		{"small.json", func(w io.Writer) error { return WriteJSON(w, &one) }},
		{"small.csv", func(w io.Writer) error { return WriteCopies(w, []Run{small()}) }},
		{"small-summary.csv", func(w io.Writer) error { return WriteSummaries(w, &one) }},
		{"small.html", func(w io.Writer) error { return WritePage(w, []Run{small()}) }},
		{"towns.txt", func(w io.Writer) error { return WriteText(w, &many) }},
		{"towns.html", func(w io.Writer) error { return WritePage(w, towns()) }},
	} {
		t.Run(c.name, func(t *testing.T) { golden(t, c.name, c.write) })
	}
}
