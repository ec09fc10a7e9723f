package report

import "time"

// Never stands for an instant that did not come.
const Never = time.Duration(-1)

// Run is one run of one protocol in one scenario. Times are since the start of the run
// unless they say otherwise.
type Run struct {
	Scenario   string        `json:"scenario"`
	Protocol   string        `json:"protocol"`
	Seed       uint64        `json:"seed"`
	Version    string        `json:"version"` // of the program
	Story      string        `json:"story"`   // what happens in the scenario, for people
	About      string        `json:"about"`   // where the protocol's rules are from, and what of them is left out
	Hash       string        `json:"hash"`    // over all that happened, in hexadecimal
	Events     uint64        `json:"events"`
	Nodes      int           `json:"nodes"`
	Simulated  time.Duration `json:"simulated_ns"`
	CPU        time.Duration `json:"cpu_ns"`  // of the program while it ran
	Partial    bool          `json:"partial"` // it was broken off
	Messages   []Message     `json:"messages"`
	Channels   []Channel     `json:"channels"`
	Violations []string      `json:"violations"` // what the checkers found

	Expectations []Expectation `json:"expectations"` // of the scenario, judged
}

// Expectation is what a scenario says has to come of a run, and what did.
type Expectation struct {
	What  string `json:"what"`  // as it stands in the scenario
	Found string `json:"found"` // with its unit
	Held  bool   `json:"held"`
}

// Message is one that a user wrote.
type Message struct {
	N          int           `json:"n"`
	From       int           `json:"from"`
	Group      bool          `json:"group"` // to everyone
	Precedence string        `json:"precedence"`
	Bytes      int           `json:"bytes"`
	At         time.Duration `json:"at_ns"`
	Lifetime   time.Duration `json:"lifetime_ns"`
	Copies     []Copy        `json:"copies"`   // by addressee
	Known      time.Duration `json:"known_ns"` // when the sender knew that all had it; or Never
	Failed     bool          `json:"failed"`   // the sender was told that it did not arrive
	Refused    string        `json:"refused,omitempty"`
}

// Copy is a message at one addressee.
type Copy struct {
	To       int           `json:"to"`
	Possible time.Duration `json:"possible_ns"` // the earliest that anything could have brought it; or Never
	Arrived  time.Duration `json:"arrived_ns"`  // or Never
}

// Channel is what happened on a radio channel, or on a network of fast links.
type Channel struct {
	Name        string        `json:"name"`
	Frames      uint64        `json:"frames"`
	Bytes       uint64        `json:"bytes"`
	Airtime     time.Duration `json:"airtime_ns"` // of all stations together
	Heard       uint64        `json:"heard"`
	Collided    uint64        `json:"collided"`
	Deaf        uint64        `json:"deaf"`            // arrivals at a station that transmitted
	Lost        uint64        `json:"lost"`            // to noise, fading or faults
	BusiestHour time.Duration `json:"busiest_hour_ns"` // most that one station transmitted in any hour
	Allowed     time.Duration `json:"allowed_ns"`      // of it; 0: no limit
}
