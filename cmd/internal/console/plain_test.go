package console

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
)

// hostile holds what steers terminals or reorders letters: ESC, DEL, CSI as one
// character, carriage return, a direction override, a tag character and a byte
// that is no UTF-8.
const hostile = "a\x1b[31mb\x7f\u009b2Jc\rd\u202ee\U000E0041f\xff\tg"

func printsOnly(t *testing.T, what, s string) {
	t.Helper()
	for _, r := range s {
		if !unicode.IsPrint(r) && r != '\n' {
			t.Errorf("%s holds %U: %q", what, r, s)
		}
	}
}

func TestReportIsOneHarmlessLine(t *testing.T) {
	err := errors.Join(errors.New("first "+hostile), errors.New("\n\nblackstart: all is well"))
	var out strings.Builder
	if code := Report(&out, "blackstart", Wrap(Refused, "do "+hostile+"\nthis", err)); code != Refused {
		t.Errorf("code %d", code)
	}
	printsOnly(t, "report", out.String())
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines, want the error and the hint: %q", n, out.String())
	}
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, "blackstart: first") && !strings.HasPrefix(line, "blackstart: hint: ") {
			t.Errorf("line %q", line)
		}
	}
}

func TestJSONHoldsNothingThatSteersATerminal(t *testing.T) {
	in := map[string]string{"text": strings.ToValidUTF8(hostile, "?") + "\nä€😀"}
	for name, print := range map[string]func(*strings.Builder) error{
		"indented": func(b *strings.Builder) error { return JSON(b, in) },
		"line":     func(b *strings.Builder) error { return JSONLine(b, in) },
	} {
		var b strings.Builder
		if err := print(&b); err != nil {
			t.Fatal(err)
		}
		printsOnly(t, name, b.String())
		if !strings.Contains(b.String(), "ä€😀") {
			t.Errorf("%s: letters are escaped: %q", name, b.String())
		}
		var back map[string]string
		if err := json.Unmarshal([]byte(b.String()), &back); err != nil || back["text"] != in["text"] {
			t.Errorf("%s: read back %q, %v", name, back["text"], err)
		}
	}
}

func TestTableKeepsCellsInTheirPlace(t *testing.T) {
	var b strings.Builder
	if err := Table(&b, [][]string{{"A", "B"}, {hostile + "\nX  Y", "z"}}); err != nil {
		t.Fatal(err)
	}
	printsOnly(t, "table", b.String())
	if n := strings.Count(b.String(), "\n"); n != 2 {
		t.Errorf("%d lines, want 2: %q", n, b.String())
	}
}

// TestTableKeepsItsColumns: a row that ends early does not break the columns of
// those below, and leaves no white space behind.
func TestTableKeepsItsColumns(t *testing.T) {
	var b strings.Builder
	if err := Table(&b, [][]string{{"A", "B", "C"}, {"long cell", "x", "y"}, {"1", "a cell with much in it", ""}, {"2", "", "z"}}); err != nil {
		t.Fatal(err)
	}
	want := "A          B                       C\n" +
		"long cell  x                       y\n" +
		"1          a cell with much in it\n" +
		"2                                  z\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
