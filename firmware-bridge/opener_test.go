package bridge

import (
	"strings"
	"testing"
)

func TestOpenerOfAURL(t *testing.T) {
	if _, err := ParseURL("x:///dev/a?opener=bugst", "x", testParams()); err != nil {
		t.Error(err)
	}
	u, err := ParseURL("x:///dev/a?opener=tarm", "x", testParams())
	switch {
	case tarmBuilt && (err != nil || u.Opener() == nil):
		t.Errorf("%v", err)
	case !tarmBuilt && (err == nil || !strings.Contains(err.Error(), "opener=tarm: this program was built without it, build it with -tags tarm")):
		t.Errorf("%v, want how to build it", err)
	}
	for query, want := range map[string]string{
		"x:///dev/a?opener=other":    "want one of bugst, tarm (library that opens the port)",
		"x+tcp://h:1?opener=bugst":   `unknown parameter "opener"`,
		"x:///dev/a?opener=bugst&a=": `unknown parameter "a"`,
	} {
		if _, err := ParseURL(query, "x", testParams()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", query, err, want)
		}
	}
}
