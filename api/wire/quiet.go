package wire

import "time"

// QuietRequest asks for radio silence, or ends it.
type QuietRequest struct {
	Act  string `json:"act"`            // on or off
	For  string `json:"for,omitempty"`  // such as 30m; until it is switched off
	Link string `json:"link,omitempty"` // number of one radio; all of them
}

// QuietState is the radio silence that holds.
type QuietState struct {
	Quiet []Quiet `json:"quiet"`
}

// Quiet is one radio silence: nothing is transmitted, FLASH neither.
type Quiet struct {
	Link  *int       `json:"link,omitempty"` // of one radio
	Name  string     `json:"name,omitempty"` // of that radio; none: all radios are silent
	Since time.Time  `json:"since"`
	Until *time.Time `json:"until,omitempty"` // none: until it is switched off
}
