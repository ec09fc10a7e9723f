package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type versionCommand struct {
	JSON bool `name:"json" help:"Print it as JSON."`
}

func (versionCommand) Help() string {
	return `Examples:
  blackstart version
  blackstart version --json`
}

func (c *versionCommand) Run(w *world) error {
	if c.JSON {
		return console.JSON(w.out, map[string]string{"version": version(), "go": runtime.Version(),
			"system": runtime.GOOS, "machine": runtime.GOARCH})
	}
	_, err := fmt.Fprintf(w.out, "blackstart %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// version is what the build recorded: a tag, or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, changed := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) > 12:
			revision = s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+changes"
		}
	}
	return revision + changed
}
