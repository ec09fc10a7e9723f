package validate

import "testing"

func TestAirtimes(t *testing.T) {
	rows := Airtimes()
	if len(rows) != 60 {
		t.Errorf("%d rows, want 60", len(rows))
	}
	for _, r := range rows {
		if !r.Holds {
			t.Errorf("%s, %s: %.3f ms, published %.1f", r.Case, r.What, r.Found, r.Published)
		}
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		found, within float64
		want          bool
	}{{87.2, 0, true}, {82.2, 5, true}, {92.2, 5, true}, {82.1, 5, false}, {92.3, 5, false}} {
		if got := (Row{Published: 87.2, Found: c.found, Within: c.within}).Judge().Holds; got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
