package bridgetest

import (
	"strings"
	"testing"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
)

// CheckURLs demands of each URL, which goes on after base, that what is wrong with it is
// said with the words that stand beside it; with none, that it is right.
func CheckURLs(t testing.TB, f bridge.Family, base string, urls map[string]string) {
	t.Helper()
	for rest, want := range urls {
		err := f.Check(base + rest)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s%s: %v, want %q in it", base, rest, err, want)
		}
	}
}
