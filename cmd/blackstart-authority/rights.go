package main

import (
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// rightNames are the rights as people write them.
var rightNames = []struct {
	name  string
	right ident.Rights
}{
	{"flash", ident.MayFlash},
	{"order", ident.MayOrder},
	{"admin", ident.MayAdminister},
	{"suspend", ident.MaySuspend},
}

func parseRights(names []string) (ident.Rights, error) {
	var rights ident.Rights
	for _, name := range names {
		right, ok := rightOf(strings.TrimSpace(name))
		if !ok {
			return 0, console.Faultf(console.Usage, "rights are flash, order, admin and suspend", "--rights: unknown right %q", name)
		}
		rights |= right
	}
	return rights, nil
}

func rightOf(name string) (ident.Rights, bool) {
	for _, r := range rightNames {
		if r.name == name {
			return r.right, true
		}
	}
	return 0, false
}

func namesOf(rights ident.Rights) []string {
	names := []string{}
	for _, r := range rightNames {
		if rights&r.right != 0 {
			names = append(names, r.name)
		}
	}
	return names
}
