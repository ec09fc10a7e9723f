package wire

import "time"

// Suspend asks for a node to be suspended, or for that to be lifted.
type Suspend struct {
	Act    string `json:"act"`  // suspend, lift
	Node   string `json:"node"` // name or number
	Reason string `json:"reason,omitempty"`
}

// Suspension says that a node is suspended, or will be once a second person says
// the same.
type Suspension struct {
	Node    Party     `json:"node"`
	By      []Party   `json:"by"`
	Since   time.Time `json:"since"` // by the clock of who said so first
	Reason  string    `json:"reason,omitempty"`
	Waiting bool      `json:"waiting"` // not in force: a second person must say the same, or the first again when fewer are suspended
}

// Keys is what is known of the network's keys here.
type Keys struct {
	Block      uint32  `json:"block"`      // serial of the newest key block applied
	Generation uint16  `json:"generation"` // of the key tree
	Epochs     int     `json:"epochs"`     // key blocks whose keys are held
	Window     string  `json:"window"`     // the first UTC day whose keys are held
	Skipped    int     `json:"skipped"`    // key blocks that are yet to be heard
	Revoked    []Party `json:"revoked"`    // locked out for good
}
