package enrol

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestRootCode(t *testing.T) {
	a, b := RootCode(ident.SignKey{1}), RootCode(ident.SignKey{2})
	if !regexp.MustCompile(`^[A-Z2-7]{4}( [A-Z2-7]{4}){3}$`).MatchString(a) {
		t.Errorf("%q is not four groups of four letters", a)
	}
	if a == b {
		t.Error("two keys have one code")
	}
	for _, typed := range []string{a, strings.ToLower(a), strings.ReplaceAll(a, " ", ""), strings.ReplaceAll(a, " ", "-")} {
		if got, err := ParseCode(typed); err != nil || got != a {
			t.Errorf("ParseCode(%q) = %q, %v; want %q", typed, got, err, a)
		}
	}
	for _, wrong := range []string{"", a[:18], a + "A", "0" + a[1:]} {
		if _, err := ParseCode(wrong); !errors.Is(err, ErrCode) {
			t.Errorf("ParseCode(%q): %v, want %v", wrong, err, ErrCode)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add(RootCode(ident.SignKey{1}))
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ParseCode(s)
		if err != nil {
			return
		}
		if again, err := ParseCode(code); err != nil || again != code {
			t.Errorf("%q becomes %q, then %q, %v", s, code, again, err)
		}
	})
}
