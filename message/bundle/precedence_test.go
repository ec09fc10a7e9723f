package bundle

import (
	"strings"
	"testing"
	"time"
)

func TestPrecedence(t *testing.T) {
	for p, want := range []string{"FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"} {
		if got := Precedence(p).String(); got != want {
			t.Errorf("%d is %q", p, got)
		}
		for _, name := range []string{want, strings.ToLower(want)} {
			if got, err := ParsePrecedence(name); err != nil || got != Precedence(p) {
				t.Errorf("%q is %v, %v", name, got, err)
			}
		}
	}
	for _, name := range []string{"", "FLAS", "FLASH ", "4", "precedence 4"} {
		if p, err := ParsePrecedence(name); err == nil {
			t.Errorf("%q is %v", name, p)
		}
	}
	if got := Precedence(4).String(); got != "precedence 4" {
		t.Errorf("4 is %q", got)
	}
}

func TestDefaultLifetimesAreThoseOfTheSpecification(t *testing.T) {
	for p, hours := range []int{24, 48, 72, 168} {
		if got := DefaultLifetime(Precedence(p)); got != time.Duration(hours)*time.Hour {
			t.Errorf("%v lives for %v", Precedence(p), got)
		}
	}
}
