package meshtastic

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// Times of the conversation.
const (
	knock     = 2 * time.Second        // of silence between two questions to a radio that may still be starting
	knocks    = 8                      // before nobody is there
	longest   = 40 * time.Second       // that a configuration may take
	patience  = 3 * time.Second        // for an answer of a radio that was there; it polls its port every 0.25 s
	asks      = 2                      // before it is not there any more
	again     = 200 * time.Millisecond // until the queue is asked again
	waitLimit = 30 * time.Second       // that the queue may stay as it is, beside four frames' time
	heartbeat = 2 * time.Minute        // the radio hangs up after 15 minutes of silence
	brokenIn  = 100 * time.Millisecond // of silence in the middle of a message, on a serial line
	brokenTCP = 1500 * time.Millisecond
	wakeBytes = 32  // before the first question
	chatter   = 100 // bytes outside of messages that are no noise, but a start
)

// phase of an opening, and of the outstanding frame:
//
//	finding --configuration, usable--> probing --queue--> idle
//	idle --Transmit, room--> offered --taken--> flying --time--> asking --empty--> idle
//	idle --Transmit, no room--> roomless --room--> offered --refused--> idle
//	offered --silence--> unsure --queue--> idle (not sent)
//	asking --not empty--> asking --empty at last--> leaving --time--> idle
//	idle --silence--> looking --queue--> idle
type phase uint8

const (
	finding phase = iota
	probing
	idle
	roomless
	offered
	unsure
	flying
	asking
	leaving
	looking
)

var (
	errNobody  = errors.New("no Meshtastic radio answers: is it another kind of radio, or another speed of the port, or is its serial interface switched off?")
	errEndless = fmt.Errorf("the radio's configuration does not end within %v: start it anew", longest)
	errSilent  = errors.New("the radio stopped answering")
	errRestart = errors.New("the radio has started anew")
	errChatter = errors.New("the radio writes text between its answers: it has started anew, or its serial console is set to text")
	errNoQueue = errors.New("does not say whether its queue has room: update it to 2.5 or later")
	errFull    = errors.New("the radio's queue stays full: the channel is busy, or its airtime is used up")
	errUnsure  = errors.New("the radio did not say whether it took the frame")
	errStuck   = errors.New("the frame is still in the radio's queue: the channel is busy")
)

// driver is a Meshtastic radio as a bridge.Driver.
type driver struct {
	profile radio.Profile
	channel int
	hops    int
	ack     bool
	amateur bool
	asked   int           // MTU that the URL asks for
	broken  time.Duration // silence that breaks a message
	decoder Decoder
	counts  counts

	phase   phase
	told    told
	lora    airtime.LoRa
	about   string
	tries   int           // of the question that was asked last
	since   clock.Instant // of the opening, or of the queue's state that is waited for
	last    clock.Instant // when bytes came last
	spoke   clock.Instant // when something was written last; what the radio says does not count
	quiet   uint64        // bytes outside of messages until the radio was set up
	free    uint32        // room in the queue
	firstID uint32
	nextID  uint32
	out     []bridge.Output
	frame
}

// frame is the outstanding one.
type frame struct {
	id   uint32
	wire []byte // as it goes to the radio
	air  time.Duration
	late bool // it did not leave when reckoned
	fly  bridge.Flight
}

// Family describes Meshtastic radios.
func Family() bridge.Family {
	return family(func() uint32 {
		var b [4]byte
		_, _ = rand.Read(b[:]) // never fails
		return binary.LittleEndian.Uint32(b[:])
	})
}

// family is Family with a source of first packet ids.
func family(first func() uint32) bridge.Family {
	return bridge.Family{Scheme: Scheme, Params: Params(), MinFrame: 1, New: func(u *bridge.URL) (bridge.Driver, radio.Profile, error) {
		d, err := newDriver(u, first())
		if err != nil {
			return nil, radio.Profile{}, err
		}
		return d, d.profile, nil
	}}
}

func newDriver(u *bridge.URL, firstID uint32) (*driver, error) {
	if err := checkParams(u); err != nil {
		return nil, err
	}
	d := &driver{
		channel: u.Number("channel"),
		hops:    u.Number("hops"),
		ack:     u.Word("ack") == "yes",
		amateur: u.Word(bridge.AmateurName) != ledger.AmateurRefuse,
		asked:   u.Number("mtu"),
		broken:  brokenIn,
		firstID: firstID,
		nextID:  firstID,
	}
	if u.Over == bridge.OverTCP {
		d.broken = brokenTCP
	}
	d.profile.Name, d.profile.Listens = u.String(), true
	// What radios come with, until this one says otherwise.
	d.lora, _, _ = LoRa{UsePreset: true, Region: 1}.modem()
	d.profile.MTU, d.profile.BitsPerSecond, d.profile.Overhead = d.asked, d.lora.BitsPerSecond(), d.lora.OnAir(headerBytes+dataBytes)
	return d, nil
}

// describe says what the link is like, from what the radio has told.
func (d *driver) describe() {
	p := &d.profile
	p.Air, p.Band = air(d.lora, d.told.device.Signs), d.told.lora.band(d.lora)
	p.MTU, p.BitsPerSecond, p.Overhead = d.told.mtu(d.asked), d.lora.BitsPerSecond(), d.lora.OnAir(p.Air.Added)
}

// Step implements bridge.Driver.
func (d *driver) Step(now clock.Instant, in bridge.Input) []bridge.Output {
	d.out = d.out[:0]
	switch in := in.(type) {
	case bridge.Opened:
		d.counts.decoded(&d.decoder)
		d.decoder, d.told, d.frame, d.last = Decoder{}, told{}, frame{}, now
		d.begin(now, finding)
		d.ask(now)
	case bridge.Bytes:
		d.bytes(now, in.Data)
	case bridge.Transmit:
		d.transmit(now, in.Data)
	case bridge.Tick:
		d.tick(now)
	case bridge.Leave:
		d.write(now, AppendDisconnect(nil))
	case bridge.Written:
	}
	return d.out
}

func (d *driver) say(o bridge.Output) { d.out = append(d.out, o) }

func (d *driver) wake(at clock.Instant) { d.say(bridge.Wake{At: at}) }

func (d *driver) fail(err error) { d.say(bridge.Fail{Err: err}) }

func (d *driver) write(now clock.Instant, b []byte) {
	d.spoke = now
	d.say(bridge.Write{Data: b})
}

// begin enters a phase that asks something.
func (d *driver) begin(now clock.Instant, p phase) { d.phase, d.tries, d.since = p, 0, now }

// newID returns a packet id that was not used before.
func (d *driver) newID() uint32 {
	if d.nextID == 0 {
		d.nextID++
	}
	d.nextID++
	return d.nextID - 1
}

// issued reports whether a packet id is one of ours.
func (d *driver) issued(id uint32) bool { return id != 0 && id-d.firstID < d.nextID-d.firstID }

// ask puts the question of the phase, and again if there was no answer.
func (d *driver) ask(now clock.Instant) {
	d.tries++
	if d.phase == finding {
		d.find(now)
		return
	}
	if d.tries > asks {
		switch {
		case d.phase == probing && d.told.device.Firmware != "":
			d.fail(fmt.Errorf("the radio's firmware %s %w", d.told.device.Firmware, errNoQueue))
		case d.phase == probing:
			d.fail(fmt.Errorf("the radio's firmware %w", errNoQueue))
		default:
			d.fail(errSilent)
		}
		return
	}
	var b []byte
	if d.tries > 1 { // it may be asleep
		b = appendWake(b, wakeBytes)
	}
	d.write(now, AppendHeartbeat(b))
	d.wake(now.Add(patience))
}

// find asks for the configuration. From the second time on what goes before is as long
// as the longest message, since that is what the radio may still be waiting for.
func (d *driver) find(now clock.Instant) {
	switch {
	case d.tries > knocks:
		d.fail(errNobody)
		return
	case now.Sub(d.since) >= longest:
		d.fail(errEndless)
		return
	}
	n := wakeBytes
	if d.tries > 1 {
		n = MaxMessage
	}
	d.write(now, AppendWantConfig(appendWake(nil, n), onlyConfig))
	d.wake(now.Add(knock))
}

// transmit takes the frame that is outstanding from now on.
func (d *driver) transmit(now clock.Instant, data []byte) {
	id := d.newID()
	d.frame = frame{id: id, air: d.profile.Airtime(len(data)), wire: AppendPacket(nil, Packet{
		To: Broadcast, Channel: uint32(d.channel), Port: PortPrivate, Data: data, ID: id, HopLimit: uint32(d.hops), WantAck: d.ack,
	})}
	if d.free == 0 {
		d.begin(now, roomless)
		d.ask(now)
		return
	}
	d.offer(now)
}

func (d *driver) offer(now clock.Instant) {
	d.begin(now, offered)
	d.write(now, d.wire)
	d.wake(now.Add(patience))
}

func (d *driver) tick(now clock.Instant) {
	switch d.phase {
	case idle:
		if look := d.spoke.Add(heartbeat); look > now {
			d.wake(look)
			return
		}
		d.begin(now, looking)
	case offered:
		d.begin(now, unsure)
	case flying:
		d.begin(now, asking)
	case leaving:
		d.done(now, nil)
		return
	case finding, probing, roomless, unsure, asking, looking:
	}
	d.ask(now)
}

// rest waits for a frame, or for the time of a heartbeat.
func (d *driver) rest(now clock.Instant) {
	d.phase = idle
	d.wake(max(now, d.spoke.Add(heartbeat)))
}

// done reports the outstanding frame.
func (d *driver) done(now clock.Instant, err error) {
	d.frame = frame{}
	d.say(bridge.Sent{Err: err})
	d.rest(now)
}

func (d *driver) bytes(now clock.Instant, data []byte) {
	if now.Sub(d.last) > d.broken {
		d.decoder.Break()
	}
	d.last = now
	for _, b := range data {
		if m, ok := d.decoder.Push(b); ok {
			d.take(now, m)
		}
	}
	if d.phase > probing && d.decoder.Noise-d.quiet > chatter {
		d.fail(errChatter)
	}
}
