// Package report is what came of runs, as data, and as people read it: text, JSON,
// CSV and one HTML page without scripts.
//
// A Run lists every message with the earliest time at which anything could have
// brought it to each addressee (see sim/oracle) beside the time at which it came, so
// that a loss is the world's or the protocol's, and never just a loss.
package report
