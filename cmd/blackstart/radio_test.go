package main

import (
	"strings"
	"testing"
)

// A test in which somebody hears nothing has failed, and says who.
func TestDeaf(t *testing.T) {
	for heard, want := range map[[2]int]string{
		{0, 0}: "neither radio heard the other",
		{0, 1}: "radio 2 heard nothing of radio 1",
		{7, 0}: "radio 1 heard nothing of radio 2",
		{1, 1}: "",
	} {
		err := deaf(heard)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", heard, err, want)
		}
	}
}
