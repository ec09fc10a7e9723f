package bridge

// Counter counts one kind of outcome of a link since it was made.
type Counter struct {
	Name  string
	Count uint64
}

// Counting is implemented by links that count what they dropped, and why. The
// names are in a fixed order; those that never happened may be there with 0.
type Counting interface {
	Counters() []Counter
}

// Telling is implemented by links that can say for people what device was found:
// model and firmware, "" while there is none or where it does not tell.
type Telling interface {
	About() string
}
