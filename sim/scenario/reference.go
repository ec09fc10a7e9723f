package scenario

import (
	"fmt"
	"strings"
)

// Reference is the list of all keys as docs/scenarios.md has it, in Markdown.
func Reference() string {
	var b strings.Builder
	table := func(title, what string, keys []key) {
		fmt.Fprintf(&b, "### %s\n\n%s\n\n| key | written as | without it | meaning |\n|---|---|---|---|\n", title, what)
		for _, k := range keys {
			absent := k.absent
			switch {
			case k.need:
				absent = "is needed"
			case absent != "":
				absent = "`" + absent + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", k.name, k.to.form(), absent, k.what)
		}
		b.WriteString("\n")
	}
	table("The first level", "", new(Scenario).keys())
	table("nodes", "Each entry is a group of nodes that are alike.", new(Group).keys())
	table("radios", "Each entry is a channel. Who has a radio on it hears who is near enough.", new(Radio).keys())
	table("links", "Each entry is a network of fast links, or several that are alike.", new(Link).keys())
	table("contacts", "One section: links between two nodes while they are near each other.", new(Contacts).keys())
	table("people", "Each entry is people who write.", new(Source).keys())
	table("events", "Each entry happens once.", new(Event).keys())
	b.WriteString("What may happen:\n\n| what | needs | takes | meaning |\n|---|---|---|---|\n")
	for _, k := range eventKinds() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", k.what, quoted(k.needs), quoted(k.takes), k.is)
	}
	b.WriteString("\n")
	table("faults", "One section: what goes wrong from the beginning to the end.", new(Faults).keys())
	table("expect", "Each entry has to hold.", new(Expectation).keys())
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "\n\n\n\n", "\n\n") + "\n"
}

func quoted(list []string) string {
	for i, one := range list {
		if i == 0 {
			list = append([]string(nil), list...)
		}
		list[i] = "`" + one + "`"
	}
	return strings.Join(list, ", ")
}
