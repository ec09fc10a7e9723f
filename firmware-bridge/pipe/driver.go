package pipe

import (
	"bytes"
	"hash/crc32"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Family describes transparent radios and cables.
func Family() bridge.Family {
	return bridge.Family{Scheme: Scheme, Params: Params(), MinFrame: 1, New: newDriver}
}

// Config says what a pipe is like.
type Config struct {
	Profile radio.Profile
	About   string // of the radio, "": it does not tell
	Air     Air
	Serial  int           // speed of the serial line in bit/s, 0: none
	Slot    time.Duration // a unit of waiting after another's frame
	Draws   time.Duration // what the radio itself waits before it transmits, in the mean
	Echo    bool          // what is written comes back
	RSSI    bool          // behind each packet comes a byte: dBm of the reception + 256
}

// signalWait is for the byte behind a packet.
const signalWait = 100 * time.Millisecond

// phase of the outstanding frame:
//
//	idle --Transmit, nothing coming in--> writing --written--> flying --time--> idle
//	idle --Transmit--> waiting --silence and a draw--> writing
type phase uint8

const (
	idle phase = iota
	waiting
	writing
	flying
)

// driver is a pipe as a bridge.Driver.
type driver struct {
	Config
	decoder Decoder
	before  Outcomes // of the decoders of earlier openings
	echoes  uint64

	phase  phase
	frame  []byte        // the last that was handed over
	prior  []byte        // and the one before; if its last edge was lost, it comes back with the next
	since  clock.Instant // of its waiting
	last   clock.Instant // when bytes came last, 0: never
	fly    bridge.Flight
	due    clock.Instant // of the phase
	held   []byte        // a frame whose signal has not come, nil: none
	settle clock.Instant // when it is handed on without
	woken  clock.Instant // the Wake that was asked for
	out    []bridge.Output
}

// New returns the driver of a pipe. It is ready as soon as the port is open.
func New(c Config) bridge.Driver { return &driver{Config: c} }

// Step implements bridge.Driver.
func (d *driver) Step(now clock.Instant, in bridge.Input) []bridge.Output {
	d.out = d.out[:0]
	switch in := in.(type) {
	case bridge.Opened:
		d.before.Add(d.decoder.Outcomes)
		d.decoder, d.held, d.phase = Decoder{}, nil, idle
		d.due, d.settle, d.woken = clock.Never, clock.Never, clock.Never
		d.say(bridge.Ready{Profile: d.Profile, About: d.About})
	case bridge.Bytes:
		d.last = now
		for _, b := range in.Data {
			d.take(now, b)
		}
	case bridge.Transmit:
		d.prior, d.frame, d.since = d.frame, bytes.Clone(in.Data), now
		d.start(now)
	case bridge.Written:
		if d.phase == writing {
			d.phase, d.fly = flying, d.launch(now, len(d.frame))
			d.due = d.fly.Done()
		}
	case bridge.Tick:
		d.woken = clock.Never
		d.tick(now)
	case bridge.Leave:
	}
	if at := min(d.due, d.settle); at != d.woken {
		d.woken = at
		d.say(bridge.Wake{At: at})
	}
	return d.out
}

func (d *driver) say(o bridge.Output) { d.out = append(d.out, o) }

func (d *driver) tick(now clock.Instant) {
	if d.settle <= now {
		d.pass(now, nil)
	}
	if d.due > now {
		return
	}
	switch d.phase {
	case waiting:
		d.start(now)
	case flying:
		d.phase, d.due = idle, clock.Never
		d.say(bridge.Sent{})
	case idle, writing:
	}
}

// start writes the frame, or waits while another's is coming in.
func (d *driver) start(now clock.Instant) {
	free := d.last.Add(d.Air.gap())
	if d.decoder.Inside() && free > now && now.Sub(d.since) < longWait {
		d.phase, d.due = waiting, free.Add(d.draw())
		return
	}
	if d.decoder.Inside() { // what has begun does not go on: this ends it
		d.take(now, edge)
	}
	d.phase, d.due = writing, clock.Never
	d.say(bridge.Write{Data: AppendFrame(nil, d.frame)})
}

// draw is how long the frame waits after another's, by its own checksum.
func (d *driver) draw() time.Duration {
	return time.Duration(crc32.ChecksumIEEE(d.frame)%slots) * d.Slot
}

// take handles a byte from the radio.
func (d *driver) take(now clock.Instant, b byte) {
	if d.held != nil {
		if b != edge { // the signal; a frame begins with an edge
			d.pass(now, &radio.Signal{RSSI: int(b) - 256})
			return
		}
		d.pass(now, nil)
	}
	data, ok := d.decoder.Push(b)
	switch {
	case !ok:
	case d.Echo && (bytes.Equal(data, d.frame) || bytes.Equal(data, d.prior)):
		d.echoes++
	default:
		d.held = bytes.Clone(data)
		if d.RSSI {
			d.settle = now.Add(signalWait)
			return
		}
		d.pass(now, nil)
	}
}

// pass hands on the frame that was heard last. While it was coming in, ours was not
// on the air.
func (d *driver) pass(now clock.Instant, s *radio.Signal) {
	d.settle = clock.Never
	if d.held == nil {
		return
	}
	d.say(bridge.Heard{Data: d.held, Signal: s})
	switch d.phase {
	case waiting:
		d.due = min(now.Add(d.draw()), max(now, d.since.Add(longWait)))
	case flying:
		d.fly.Heard(now, d.Air.OnAir(len(d.held)))
		d.due = d.fly.Done()
	case idle, writing:
	}
	d.held = nil
}

// Counters implements bridge.Driver.
func (d *driver) Counters() []bridge.Counter {
	c := d.before
	c.Add(d.decoder.Outcomes)
	return []bridge.Counter{
		{Name: "pipe frames", Count: c.Frames},
		{Name: "pipe dropped: damaged or noise", Count: c.Damaged},
		{Name: "pipe dropped: oversize", Count: c.Oversize},
		{Name: "pipe dropped: own frame heard again", Count: d.echoes},
	}
}
