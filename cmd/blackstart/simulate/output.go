package simulate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/blackstart-mesh/blackstart/sim/report"
)

// Files are where a report goes beside standard output. An empty name is none.
type Files struct {
	CSV   string
	HTML  string
	Trace string // see OpenTrace

	Scenario string // what is read, and so not written to
}

// SummaryCSV is the file with a row for each run, beside the one with a row for each
// copy.
func (f Files) SummaryCSV() string {
	if f.CSV == "" {
		return ""
	}
	ending := filepath.Ext(f.CSV)
	return strings.TrimSuffix(f.CSV, ending) + "-summary" + ending
}

// Check finds out before the runs whether the files can be written, so that an hour of
// them is not lost for a folder that is not there.
func (f Files) Check() error {
	taken := map[string]string{filepath.Clean(f.Scenario): "the scenario"}
	for _, file := range []struct{ name, what string }{{f.CSV, "the CSV"}, {f.SummaryCSV(), "the summary"}, {f.HTML, "the page"}, {f.Trace, "the trace"}} {
		if file.name == "" {
			continue
		}
		if other, ok := taken[filepath.Clean(file.name)]; ok {
			return fmt.Errorf("%s cannot be both %s and %s", file.name, other, file.what)
		}
		taken[filepath.Clean(file.name)] = file.what
		if err := writable(file.name); err != nil {
			return err
		}
	}
	return nil
}

func writable(name string) error {
	_, err := os.Stat(name)
	fresh := errors.Is(err, fs.ErrNotExist)
	out, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	err = out.Close()
	if fresh {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// Write writes the files, and returns the names of those written.
func (f Files) Write(runs []report.Run, d *report.Document) (names []string, err error) {
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{f.CSV, func(w io.Writer) error { return report.WriteCopies(w, runs) }},
		{f.SummaryCSV(), func(w io.Writer) error { return report.WriteSummaries(w, d) }},
		{f.HTML, func(w io.Writer) error { return report.WritePage(w, runs) }},
	} {
		if file.name == "" {
			continue
		}
		if err := writeFile(file.name, file.write); err != nil {
			return names, err
		}
		names = append(names, file.name)
	}
	return names, nil
}

func writeFile(name string, write func(io.Writer) error) error {
	out, err := os.Create(name)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(out)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// Trace is a file that gets a line for each thing that happens in a run.
type Trace struct {
	file *os.File
	out  *bufio.Writer
	err  error
}

// OpenTrace makes the file, or empties it.
func OpenTrace(name string) (*Trace, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	return &Trace{file: f, out: bufio.NewWriterSize(f, 1<<16)}, nil
}

// Line writes a line. What fails is told by Close.
func (t *Trace) Line(text string) {
	if t.err == nil {
		_, t.err = t.out.WriteString(text + "\n")
	}
}

// Close ends the file and returns the first error of all.
func (t *Trace) Close() error {
	if t.err == nil {
		t.err = t.out.Flush()
	}
	return errors.Join(t.err, t.file.Close())
}
