package bridge

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Driver speaks one family's protocol with the device behind one port. It is a
// state machine: it has no goroutine, clock or port of its own, so that it runs
// the same against a real device and, a thousand times faster, against an
// emulated one.
//
// One Driver lives as long as its Link. Each opening of the port begins with
// Opened, which forgets whatever the opening before left half done, and ends
// without a word: there may be nobody left to say it to.
type Driver interface {
	// Step takes in what happened and returns what to do about it, in order.
	// It keeps nothing of an input's bytes, and nobody changes those of an
	// output. The slice is valid until the next call.
	Step(now clock.Instant, in Input) []Output
	// Counters tells what came from the device and what was dropped, and why,
	// over all openings.
	Counters() []Counter
}

// Input is one of Opened, Bytes, Written, Transmit, Tick, Leave.
type Input interface{ input() }

// Opened: the port was opened just now. What was outstanding is gone.
type Opened struct{}

// Bytes came from the device, in pieces of any size.
type Bytes struct{ Data []byte }

// Written: the port has taken all that was written so far.
type Written struct{}

// Transmit hands over a frame. It comes only after Ready, and not before the
// Sent of the one before.
type Transmit struct{ Data []byte }

// Tick: the moment of the last Wake has come.
type Tick struct{}

// Leave: the link is being closed. What is written now is what the device hears
// last.
type Leave struct{}

func (Opened) input()   {}
func (Bytes) input()    {}
func (Written) input()  {}
func (Transmit) input() {}
func (Tick) input()     {}
func (Leave) input()    {}

// Output is one of Write, Wake, Ready, Heard, Sent, Aired, Fail.
type Output interface{ output() }

// Write gives bytes to the device.
type Write struct{ Data []byte }

// Wake asks for a Tick. It replaces the Wake before; clock.Never cancels it.
type Wake struct{ At clock.Instant }

// Ready: the device was found and set up, and takes frames from now on. It may
// be said again when what it says has changed.
type Ready struct {
	Profile radio.Profile
	About   string // model and firmware, for people; "" where the device does not tell
}

// Heard: a frame arrived.
type Heard struct {
	Data   []byte
	Signal *radio.Signal // nil where the device does not tell
}

// Sent: the frame handed over has left, or will not.
type Sent struct{ Err error }

// Aired: the device transmitted without a frame of ours, for so long.
type Aired struct{ For time.Duration }

// Fail ends this opening of the port: the device does not answer as it should.
// The port is opened again after a while. Err says for people what to do.
type Fail struct{ Err error }

func (Write) output() {}
func (Wake) output()  {}
func (Ready) output() {}
func (Heard) output() {}
func (Sent) output()  {}
func (Aired) output() {}
func (Fail) output()  {}

// Family describes one kind of device to the rest of the program.
type Family struct {
	Scheme   string  // of its URLs; with "+tcp" for a device behind TCP
	Params   []Param // of its URLs
	MinFrame int     // shortest frame in bytes that it carries
	// New returns a driver for a URL, and the link's profile as far as it is
	// known before the device was asked. An error names a parameter that does
	// not go with the others.
	New func(u *URL) (Driver, radio.Profile, error)
}

// Check finds mistakes in a URL without touching a device.
func (f Family) Check(rawURL string) error {
	_, err := f.Plan(rawURL)
	return err
}

// serialTime is how long n bytes take on a serial line of a speed in bit/s,
// with a start and a stop bit for each; 0 for a speed of 0.
func serialTime(n, baud int) time.Duration {
	const bits = 10
	if baud == 0 {
		return 0
	}
	return time.Duration(int64(n) * bits * int64(time.Second) / int64(baud))
}
