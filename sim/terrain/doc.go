// Package terrain says how much of a radio signal is left between two places: who
// hears whom, and how well.
//
// A Matrix holds the path loss of each link in dB. It is computed from Sites (places,
// antenna heights, buildings) by a Model of the mean loss over distance, to which
// static shadowing is added that is alike for nodes that stand side by side; or it is
// read from a file (ReadMatrix), so that a run can be held against what others
// published for the very same links.
//
// # What is modelled, and what is not
//
// Models are formulas of the literature, each with its source and the range in which
// it was fitted. Hills, roads and single houses are not known: what they do is in the
// shadowing, which follows from the seed and the place alone, so that a further node
// changes nothing for those that are there, and a moving node walks through the same
// shadows each time. Fading from frame to frame, noise, interference and antennas'
// patterns are not here but in package radio/medium, or nowhere.
//
// Losses are kept in thousandths of a dB, rounded from floating point, so that they
// are the same on every machine.
package terrain
