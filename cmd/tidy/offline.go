package main

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// offlineTool is the folder of the tool that holds the root key.
const offlineTool = "cmd/blackstart-authority"

// offlineBanned may be nowhere among the packages that it is linked from.
// crypto/x509 trusts what the machine trusts, and pulls in net.
var offlineBanned = []string{"net", "crypto/x509", "crypto/tls"}

func checkOffline(t *tree, r *report) {
	tool := t.named(offlineTool)
	if tool == nil {
		return
	}
	for _, system := range []string{"linux", "windows", "darwin"} {
		importers, err := dependencies(t.root, system)
		if err != nil {
			r.file(tool.files[0].path, 1, "go list for %s: %v", system, err)
			continue
		}
		for _, banned := range offlineBanned {
			if chain := chainTo(banned, importers); chain != nil {
				r.file(tool.files[0].path, 1, "on %s the tool is linked with %s: %s", system, banned, strings.Join(chain, " < "))
			}
		}
	}
}

// dependencies returns, for each package that the tool is built from, one that
// imports it ("" for the tool itself).
func dependencies(root, system string) (map[string]string, error) {
	cmd := exec.Command("go", "list", "-e", "-deps", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./"+offlineTool)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return nil, &listError{err, strings.TrimSpace(errs.String())}
	}
	importers := map[string]string{}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Reverse(lines) // go list prints a package after those it imports
	for _, line := range lines {
		fields := strings.Fields(line)
		for _, imported := range fields[1:] {
			if _, known := importers[imported]; !known {
				importers[imported] = fields[0]
			}
		}
	}
	return importers, nil
}

// listError is a failure of go list with what it printed.
type listError struct {
	err    error
	stderr string
}

func (e *listError) Error() string { return e.err.Error() + ": " + e.stderr }

// chainTo returns who pulls a package in, up to the tool, or nil if nobody.
func chainTo(name string, importers map[string]string) []string {
	var chain []string
	for {
		importer, ok := importers[name]
		if !ok {
			break
		}
		if len(chain) == 0 {
			chain = append(chain, name)
		}
		chain = append(chain, importer)
		name = importer
	}
	return chain
}
