// Package scenarios holds the scenarios that are part of the program. Package
// sim/scenario reads them; docs/scenarios.md says what their keys mean.
package scenarios

import "embed"

// Files are the scenarios, each a file NAME.yaml.
//
//go:embed *.yaml
var Files embed.FS
