package wire

import "time"

// Status is a snapshot of the node.
type Status struct {
	Version       string       `json:"version,omitempty"`
	Self          Party        `json:"self"`
	State         string       `json:"state"` // running, disk full, broken
	Reason        string       `json:"reason,omitempty"`
	Time          time.Time    `json:"time"`
	ClockBoundS   float64      `json:"clock_bound_s"` // how wrong that time may be; centuries if it is not known
	Clock         Clock        `json:"clock"`
	UptimeS       float64      `json:"uptime_s"`
	Position      uint64       `json:"position"` // highest number in the record
	Held          Held         `json:"held"`
	WaitingOnDisk int          `json:"waiting_on_disk"`
	Links         []Link       `json:"links"`
	Neighbours    []Neighbour  `json:"neighbours"`
	Counters      []Counter    `json:"counters"` // outcomes since the start, by name
	Keys          Keys         `json:"keys"`
	Suspended     []Suspension `json:"suspended"`        // ascending by node
	Alarms        []Alarm      `json:"alarms,omitempty"` // what needs a person
	Shift         *Shift       `json:"shift,omitempty"`  // who works on this node
	Persons       int          `json:"persons"`          // how many the network file knows
	Quiet         []Quiet      `json:"quiet,omitempty"`  // radio silence that holds
}

// Alarm is something that needs a person.
type Alarm struct {
	What   string    `json:"what"`
	Node   Party     `json:"node"`
	Since  time.Time `json:"since"`
	Detail string    `json:"detail"`
}

// Held is what the node keeps for others and itself, neither expired nor purged.
type Held struct {
	Bundles      int          `json:"bundles"`
	Bytes        int          `json:"bytes"`
	ByPrecedence ByPrecedence `json:"by_precedence"`
}

// ByPrecedence counts something for each precedence.
type ByPrecedence struct {
	Flash     int `json:"FLASH"`
	Immediate int `json:"IMMEDIATE"`
	Priority  int `json:"PRIORITY"`
	Routine   int `json:"ROUTINE"`
}

// Link is the state of one link.
type Link struct {
	Link          int          `json:"link"`
	Name          string       `json:"name"`
	Up            bool         `json:"up"`
	Down          string       `json:"down,omitempty"`  // why, while it is down
	Radio         string       `json:"radio,omitempty"` // model and firmware, as the device tells
	MTU           int          `json:"mtu"`
	BitsPerSecond int          `json:"bits_per_second"`
	OverheadMS    float64      `json:"overhead_ms"` // fixed cost of each transmission
	Secure        bool         `json:"secure"`
	Busy          bool         `json:"busy"` // a frame is being sent
	Queued        ByPrecedence `json:"queued"`
	TxFrames      uint64       `json:"tx_frames"`
	TxBytes       uint64       `json:"tx_bytes"`
	RxFrames      uint64       `json:"rx_frames"`
	RxBytes       uint64       `json:"rx_bytes"`
	Air           *Air         `json:"air,omitempty"`      // of radios
	Counters      []Counter    `json:"counters,omitempty"` // what came from the device, and what was dropped; those above 0
}

// Air is what limits the airtime of a link, and what was used of it.
type Air struct {
	Rule        string     `json:"rule"`              // for people
	Source      string     `json:"source,omitempty"`  // of the limit
	Refused     string     `json:"refused,omitempty"` // why the link sends nothing at all
	WindowS     float64    `json:"window_s"`          // in which used_s was used; rolling
	LimitS      float64    `json:"limit_s,omitempty"` // 0: no limit
	UsedS       float64    `json:"used_s"`
	PastS       float64    `json:"past_s,omitempty"` // of that, from before the start: counted as if just then
	LeftS       float64    `json:"left_s"`           // for ROUTINE and PRIORITY
	LeftUrgentS float64    `json:"left_urgent_s"`    // for IMMEDIATE, too
	LeftFlashS  float64    `json:"left_flash_s"`     // for FLASH, too
	Reached     bool       `json:"reached"`          // ROUTINE and PRIORITY wait for the limit
	Until       *time.Time `json:"until,omitempty"`  // so long
	UrgentToo   bool       `json:"urgent_too"`       // IMMEDIATE as well
	UrgentUntil *time.Time `json:"urgent_until,omitempty"`
	FlashToo    bool       `json:"flash_too"` // FLASH as well, unless it is short enough
	FlashUntil  *time.Time `json:"flash_until,omitempty"`
}

// Neighbour is one node heard directly on one link.
type Neighbour struct {
	Node      Party     `json:"node"`
	Link      int       `json:"link"`
	Heard     time.Time `json:"heard"`
	HeardAgoS float64   `json:"heard_ago_s"`
	RSSI      *int      `json:"rssi_dbm,omitempty"`
	SNR       *float64  `json:"snr_db,omitempty"`
	YouHear   *Hearing  `json:"you_hear,omitempty"`  // how well this node hears it; not on links that lose nothing
	HearsYou  *Hearing  `json:"hears_you,omitempty"` // the other way, by its own word; nothing where it has not said so for long
}

// Counter counts one kind of outcome.
type Counter struct {
	Name  string `json:"name"`
	Count uint64 `json:"count"`
}

// Roster is whom one can write to.
type Roster struct {
	Self   Party    `json:"self"`
	Nodes  []Member `json:"nodes"`  // ascending by number
	Groups []Group  `json:"groups"` // ascending by id
	Duties []Duty   `json:"duties"` // roles that are addresses, by name
}

// Member is a node of the roster.
type Member struct {
	Number uint16 `json:"number"`
	Name   string `json:"name"`
	Role   string `json:"role,omitempty"`
	Flash  bool   `json:"flash"` // it may send FLASH
}

// Group is a conversation that several nodes share.
type Group struct {
	ID      uint8  `json:"id"`
	Name    string `json:"name"`
	Members int    `json:"members"` // this node included, if it is one
}

// Audit is a page of the audit log, ascending by number.
type Audit struct {
	Events   []AuditEvent `json:"events"`
	Position uint64       `json:"position"`
	More     bool         `json:"more"`
}

// AuditEvent is one action that an auditor asks about.
type AuditEvent struct {
	Number uint64    `json:"number"`
	Time   time.Time `json:"time"`
	Action string    `json:"action"`       // join, roster, send, deliver, proven, expire, admin
	By     string    `json:"by,omitempty"` // who at this node asked for it
	ID     string    `json:"id,omitempty"` // the message it is about
	Detail string    `json:"detail,omitempty"`
}

// Hello proves that the node knows the token.
type Hello struct {
	Proof string `json:"proof"`
}

// Names of the events of GET /v1/events.
const (
	EventMessage = "message" // data: Message, new in the record; the event's id is its number
	EventUpdate  = "update"  // data: Message, whose state changed
	EventStatus  = "status"  // data: Status
	EventMissed  = "missed"  // no data: events were lost, read the record again
)
