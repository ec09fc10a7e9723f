package simulate

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/validate"
)

func TestValidation(t *testing.T) {
	row := func(of string, found float64, why string) validate.Row {
		return validate.Row{Of: of, Published: 10, Found: found, Within: 1, Why: why}.Judge()
	}
	cases := []validate.Case{
		{Name: "a", Run: func(func(time.Duration) bool) ([]validate.Row, error) {
			return []validate.Row{row("x", 10.5, ""), row("x", 12, "it rained")}, nil
		}},
		{Name: "b", Run: func(progress func(time.Duration) bool) ([]validate.Row, error) {
			progress(time.Hour)
			return []validate.Row{row("y", 12, "")}, nil
		}},
	}
	jobs, rows := Validation(cases)
	if _, err := Do(t.Context(), jobs, 2, nil); err != nil {
		t.Fatal(err)
	}
	v := Judged(rows(), false)
	if v.Figures != 3 || v.Hold != 1 || v.Explained != 1 {
		t.Errorf("%+v", v)
	}
	if k := Kinds(v.Rows); len(k) != 2 || len(k[0]) != 2 || k[1][0].Of != "y" {
		t.Errorf("kinds: %+v", k)
	}
}

// A folder without published data is refused, and one with a broken matrix, by its name.
func TestCasesRefuse(t *testing.T) {
	dir := t.TempDir()
	if _, err := Cases(dir); err == nil {
		t.Error("an empty folder was taken")
	}
	if err := os.MkdirAll(filepath.Join(dir, "meshtasticator"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "meshtasticator", "n20-s44.json"), []byte(`{"path_loss_db": [[null, 1]]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Cases(dir); err == nil {
		t.Error("a matrix that is not square was taken")
	} else {
		t.Log(err)
	}
}
