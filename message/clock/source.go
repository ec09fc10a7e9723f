package clock

// Source is who vouches for a wall time. A higher one is believed where two
// contradict each other.
type Source uint8

// Sources of time.
const (
	None       Source = iota // nobody: the system's clock, not synchronised
	Neighbours               // what other nodes go by; moves the wall time, bounds nothing
	Stated                   // the system's clock, as good as node.yaml says
	System                   // the system's clock, synchronised (NTP), as the kernel says
	GPS                      // a satellite receiver
	Station                  // a fixed station, in a beacon signed by it
	Operator                 // a person at this node, who looked at another clock
	sources
)

var sourceNames = [sources]string{"none", "neighbours", "node.yaml", "system", "gps", "station", "operator"}

// String returns the source's name in the API and on the screen.
func (s Source) String() string {
	if s < sources {
		return sourceNames[s]
	}
	return "unknown"
}

// Quality is what a reading is good for.
type Quality uint8

// Qualities, ascending.
const (
	Unknown  Quality = iota // nothing hangs on it: no message expires, no key is erased
	Believed                // messages expire; whoever is in reach could have forged it
	Certain                 // fit for what cannot be undone: a person says so, or a station of the authority and another source
)

var qualityNames = [...]string{"unknown", "believed", "certain"}

// String returns the quality's name in the API.
func (q Quality) String() string {
	if int(q) < len(qualityNames) {
		return qualityNames[q]
	}
	return "unknown"
}
