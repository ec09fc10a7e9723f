package wire

import "time"

// Clock is what a node knows about the time that it goes by.
type Clock struct {
	Source    string       `json:"source"`               // none, neighbours, node.yaml, system, gps, station, operator
	Quality   string       `json:"quality"`              // unknown, believed (messages expire), certain (and keys are erased)
	SeenAgoS  *float64     `json:"seen_ago_s,omitempty"` // since the source last gave the time
	OffsetS   float64      `json:"offset_s"`             // what the system's clock lacks
	Conflict  string       `json:"conflict,omitempty"`   // a source that says otherwise, and is not believed
	NotBefore *time.Time   `json:"not_before,omitempty"` // past on the authority's word
	Jumps     uint64       `json:"jumps,omitempty"`      // how often the system's clock was set since the start
	JumpS     float64      `json:"jump_s,omitempty"`     // the last of them
	JumpAgoS  float64      `json:"jump_ago_s,omitempty"`
	Device    *ClockDevice `json:"device,omitempty"`
}

// ClockDevice is a satellite receiver.
type ClockDevice struct {
	URL        string `json:"url"`
	Trouble    string `json:"trouble,omitempty"` // why it gives no time
	Satellites int    `json:"satellites"`        // in use
}

// ClockState answers POST /v1/clock.
type ClockState struct {
	Time        time.Time `json:"time"`
	ClockBoundS float64   `json:"clock_bound_s"`
	Clock       Clock     `json:"clock"`
}

// Confirmation is the body of POST /v1/clock.
type Confirmation struct {
	Time   string `json:"time,omitempty"`   // RFC 3339; empty: the node shows the right time
	Within string `json:"within,omitempty"` // how wrong it may be, 1s to 1h; empty: 1m
}
