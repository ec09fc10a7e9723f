package radio

import (
	"errors"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Link moves frames to neighbours. It is small on purpose: what a particular
// modem can also do is an optional one-method interface beside it.
//
// A link opens and reopens by itself: unplug, garbage, silence and reboot of
// the device are events, not errors. It is driven by one goroutine that calls
// Send and another that calls Receive.
type Link interface {
	// Profile describes the link as it is now. An Up event announces a change.
	Profile() Profile
	// Send hands over one frame and does not block. One frame is outstanding
	// at a time: the next may be handed over after the Sent event of this one.
	// ErrBusy says that one still is, ErrTooLong that it exceeds the MTU.
	Send(Frame) error
	// Receive waits for the next event. After Close it returns ErrClosed.
	Receive() (Event, error)
	// Close releases the device and ends a waiting Receive.
	Close() error
}

// Errors of Send and Receive.
var (
	ErrBusy    = errors.New("link has a frame outstanding")
	ErrTooLong = errors.New("frame is longer than the link's MTU")
	ErrDown    = errors.New("link is down")
	ErrClosed  = errors.New("link is closed")
)

// Profile says what a link can do. All fields but Name are needed by the node.
type Profile struct {
	Name          string        // the URL it was opened by, without secrets
	MTU           int           // longest frame in bytes, MinMTU..MaxMTU
	BitsPerSecond int           // rate of the payload on the medium
	Overhead      time.Duration // fixed cost of each transmission (preamble, TXDELAY, tail)
	Secure        bool          // the link itself authenticates and encrypts (libp2p)
	Listens       bool          // the device waits for a clear channel before it transmits
	Contacts      bool          // the link reports Contact events; a neighbour is one it named
	Air           Air           // what becomes of a frame on the air
	Band          Band          // where that is
	Burst         time.Duration // longest time on the air at a stretch, or one frame if that is longer; 0: no limit
	Pause         time.Duration // silence after a burst
}

// Device is what stays of a link's Name when it changes its channel: the device, and
// which port of it.
func Device(name string) string {
	device, params, _ := strings.Cut(name, "?")
	for param := range strings.SplitSeq(params, "&") {
		if strings.HasPrefix(param, "port=") {
			return device + "?" + param
		}
	}
	return device
}

// Bounds of a link's MTU.
const (
	MinMTU = 50
	MaxMTU = 32 << 10
)

// Frame is what a link carries in one go.
type Frame struct {
	To   ident.Number // one neighbour, or 0 for all in reach
	Data []byte
}

// Event is one of Up, Down, Heard, Sent, Contact, Aired.
type Event interface{ event() }

// Up: the device is open and works.
type Up struct{ Profile Profile }

// Down: the device is gone; the link keeps trying. Err says why.
type Down struct{ Err error }

// Heard: a frame arrived. From is 0 unless the link authenticates its peers.
type Heard struct {
	From   ident.Number
	Data   []byte
	Signal *Signal // nil where the device does not tell
}

// Signal is how well a frame was heard.
type Signal struct {
	RSSI int     // dBm
	SNR  float64 // dB
}

// Sent: the outstanding frame has left (Err nil) or will not.
type Sent struct{ Err error }

// Contact: an authenticated neighbour came or went on a link with Contacts.
type Contact struct {
	Node ident.Number
	Up   bool
}

// Aired: the device transmitted on its own, without a frame of ours, for so long.
type Aired struct{ For time.Duration }

func (Up) event()      {}
func (Down) event()    {}
func (Heard) event()   {}
func (Sent) event()    {}
func (Contact) event() {}
func (Aired) event()   {}
