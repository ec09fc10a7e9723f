// Package motion moves nodes: who is where, and when, as data that is made before a
// run.
//
// A Mover is a way to move: Stand, Walk (random waypoint), Shift (a crew with jobs),
// Round (a courier). Tracks draws the track of each node from the seed and the node's
// number alone; a track is straight legs at constant speed and stops, so that a place
// at any time is a pure function of it, in whole millimetres.
//
// From tracks follow Contacts, who is within a range of whom, for links that are there
// or not; and Roaming, how much the path between two radios loses, which changes
// gradually.
//
// Left out: roads, and whoever else is on them. Movers go straight, so that a vehicle's
// speed is that of its progress over the map. Nobody moves because of what he hears.
package motion
