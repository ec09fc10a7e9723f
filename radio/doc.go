// Package radio is the layer between bundles and devices: what a link is
// (Link, Profile, Event), and what a frame on it looks like.
//
// The package is pure: the types here are shared by every driver, and the
// algorithms beside them neither wait nor look at a clock.
package radio
