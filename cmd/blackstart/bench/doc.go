// Package bench measures what Blackstart promises in figures. Every bench
// returns a Report of the same shape; the names of its results are part of the
// interface, so that figures of different versions and machines can be laid
// side by side.
package bench
