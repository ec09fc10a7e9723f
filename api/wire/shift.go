package wire

import "time"

// Shift says who works on a device.
type Shift struct {
	Device Party     `json:"device"`
	Person Person    `json:"person"`
	Rights []string  `json:"rights"` // that the person brings: flash, order, admin, suspend
	From   time.Time `json:"from"`   // by the device's clock
	Until  time.Time `json:"until"`
}

// Shifts is the answer to GET /v1/shift.
type Shifts struct {
	Self     Party     `json:"self"`
	Operator string    `json:"operator"` // the network's, 16 hexadecimal digits
	Stamp    time.Time `json:"stamp"`    // what this node would write on a message now: when a shift begins
	Shift    *Shift    `json:"shift,omitempty"`
	Shifts   []Shift   `json:"shifts"`  // who works where, ascending by device
	Persons  int       `json:"persons"` // how many the network file knows
}

// ShiftRequest is the body of POST /v1/shift.
type ShiftRequest struct {
	Act       string `json:"act"`                 // begin, end
	Statement string `json:"statement,omitempty"` // begin: body of the statement that the person signed, in base64
}

// Duty is a role that is an address, and the nodes that have it now.
type Duty struct {
	Role  string  `json:"role"`
	Nodes []Party `json:"nodes"`
}

// GroupRequest is the body of POST /v1/groups.
type GroupRequest struct {
	Act   string   `json:"act"`             // renew, admit
	Group string   `json:"group"`           // its name
	Nodes []string `json:"nodes,omitempty"` // renew: who does not get the new key; admit: who gets that of now
}
