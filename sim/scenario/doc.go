// Package scenario reads scenario files: YAML that an operator writes, with units, and
// from which a world, its people, its faults and what is expected of it follow.
//
// Reading comes first and is strict: Load and Open return a checked Scenario, or every
// mistake that was found, each with file, line and what to write instead. Nothing
// runs before that, and nothing of what a file says is passed over. What follows from
// a Scenario follows from it alone: the places, walks, contacts and messages are drawn
// from its seed, so that two readers of one file see one run.
//
// Each section of a file is a Go type with a table of its keys (method keys): name,
// unit, range, default and meaning. Readers, error messages and the reference in
// docs/scenarios.md all come from these tables.
package scenario
