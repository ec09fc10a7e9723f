package validate

import "testing"

func TestEarliest(t *testing.T) {
	cases := trace(t, 1)
	rows, err := cases[len(cases)-1].Run(nil)
	if err != nil || len(rows) != 1 || !rows[0].Holds {
		t.Errorf("%+v, %v", rows, err)
	}
}
