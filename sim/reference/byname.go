package reference

import (
	"fmt"
	"strings"
)

// protocols are those that ByName knows, as they are by default.
func protocols() []Protocol {
	return []Protocol{Meshtastic(), NewMeshCore(), Epidemic{}, Spray{}, Direct{}}
}

// Names lists the protocols that ByName knows.
func Names() (names []string) {
	for _, p := range protocols() {
		names = append(names, p.Name())
	}
	return names
}

// ByName returns a protocol by its name, with the values that it has by default. The
// error names the one whose name is nearest.
func ByName(name string) (Protocol, error) {
	var nearest string
	least := len(name) + 1_000
	for _, p := range protocols() {
		if p.Name() == name {
			return p, nil
		}
		if d := distance(strings.ToLower(name), p.Name()); d < least {
			nearest, least = p.Name(), d
		}
	}
	return nil, fmt.Errorf("no protocol %.40q; did you mean %q? there are %s", name, nearest, strings.Join(Names(), ", "))
}

// distance counts the letters to be put in, left out or changed to make b of a
// (Levenshtein).
func distance(a, b string) int {
	a = a[:min(len(a), 40)]
	above := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := above[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, above[j+1]+1, row[j]+1)
		}
		above = row
	}
	return above[len(b)]
}
