package wire

import "time"

// Person is who works on a device. Name and role are empty where nobody here knows
// the number.
type Person struct {
	Number uint16 `json:"number"`
	Name   string `json:"name,omitempty"`
	Role   string `json:"role,omitempty"`
}

// Order is what is known of a message that orders something.
type Order struct {
	Person      *Person    `json:"person,omitempty"`    // who orders; nobody: the device alone
	State       string     `json:"state"`               // valid, late, age unknown, cancelled: only of valid ones may one act
	ValidUntil  time.Time  `json:"valid_until"`         // by the sender's clock
	ActUntil    *time.Time `json:"act_until,omitempty"` // by this node's clock, less what the clocks may be wrong by; none: never
	ClockErrorS float64    `json:"clock_error_s"`       // how wrong the sender's clock may be; -1: it does not know
	Answers     []Answer   `json:"answers"`             // who read back, ascending by node
	Cancelled   *Cancelled `json:"cancelled,omitempty"`
}

// Answer is the read-back of one addressee.
type Answer struct {
	Node      Party     `json:"node"`
	Person    *Person   `json:"person,omitempty"`
	Text      string    `json:"text,omitempty"`
	At        time.Time `json:"at"`        // by its clock
	Confirmed bool      `json:"confirmed"` // who ordered said that he was understood
}

// Cancelled is the end of an order before its time.
type Cancelled struct {
	By     Party     `json:"by"`
	Person *Person   `json:"person,omitempty"`
	At     time.Time `json:"at"` // by its clock
	Reason string    `json:"reason,omitempty"`
}

// OrderRequest is the body of POST /v1/orders.
type OrderRequest struct {
	Act        string `json:"act"`                  // order, readback, confirm, cancel
	To         string `json:"to,omitempty"`         // order: as of a message; confirm: the node that read back
	Text       string `json:"text,omitempty"`       // order; readback: what will be done; cancel: why
	Precedence string `json:"precedence,omitempty"` // order: IMMEDIATE if left out
	Valid      string `json:"valid,omitempty"`      // order: as in 15m, which it is if left out
	ID         string `json:"id,omitempty"`         // number or id of the order, for all others
}
