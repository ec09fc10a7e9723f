// Package wire is what the local API says in JSON: one Go type for each object
// that docs/api.md describes. The server fills them, the client reads them.
// Fields may be added; none changes its meaning.
package wire
