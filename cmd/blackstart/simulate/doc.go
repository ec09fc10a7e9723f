// Package simulate carries out what `blackstart sim` is asked for: it makes runs of
// scenarios, protocols and seeds, does them side by side, tells how far they are, and
// writes what came of them.
//
// A run is one goroutine from its beginning to its end, and what it says depends on
// nothing outside it, so runs side by side say the same as one after the other; results
// are in the order in which the runs were asked for.
package simulate
