package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// AddLink returns the text of a file with one more link, behind those that it has.
// All else stays as it is. It refuses what it would not read back as meant: then a
// person has to write the line.
func AddLink(text, url string) (string, error) {
	before, err := Parse([]byte(text))
	if err != nil {
		return "", err
	}
	if slices.Contains(before.Links, url) {
		return "", &Error{Line: lineOf([]byte(text), "links"), What: fmt.Sprintf("the link %q stands there already", url)}
	}
	added := strings.Join(withLink(strings.Split(text, "\n"), url), "\n")
	after, err := Parse([]byte(added))
	if err != nil || !slices.Equal(after.Links, append(slices.Clone(before.Links), url)) {
		return "", &Error{Line: lineOf([]byte(text), "links"), What: "links are not written as a list of lines", Hint: "add by hand: " + url}
	}
	return added, nil
}

// withLink puts an item behind the last one of links, or begins the list.
func withLink(lines []string, url string) []string {
	item := "- " + strconv.Quote(url)
	key := slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, "links:") })
	if key < 0 {
		return append([]string{"links:", "  " + item}, lines...)
	}
	if rest, comment, _ := strings.Cut(lines[key], "#"); strings.TrimSpace(strings.TrimPrefix(rest, "links:")) == "[]" {
		lines[key] = "links:"
		if comment != "" {
			lines[key] += " #" + comment
		}
	}
	last, indent := key, "  "
	for i, line := range lines[key+1:] {
		rest := strings.TrimLeft(line, " ")
		switch {
		case strings.HasPrefix(rest, "- "):
			last, indent = key+1+i, line[:len(line)-len(rest)]
		case strings.TrimSpace(rest) != "" && !strings.HasPrefix(rest, "#"):
			return slices.Insert(lines, last+1, indent+item) // the next key
		}
	}
	return slices.Insert(lines, last+1, indent+item)
}
