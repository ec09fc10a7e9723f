package kiss

import (
	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/meshcore"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// Family describes KISS modems.
func Family() bridge.Family {
	return bridge.Family{Scheme: Scheme, Params: Params(), MinFrame: MinFrame, New: newDriver}
}

// Open returns the link that a URL names; the package comment says which URLs
// there are.
func Open(rawURL string, options bridge.Options) (*bridge.Link, error) {
	return Family().Open(rawURL, options)
}

// phase of the outstanding frame:
//
//	settingUp --written--> idle --Transmit--> writing --written--> flying --time--> idle
type phase uint8

const (
	settingUp phase = iota // the modem has not taken our settings yet
	idle
	writing
	flying
)

// driver is a KISS modem as a bridge.Driver.
type driver struct {
	profile radio.Profile
	port    uint8
	header  header
	hello   []byte // settings for the modem, sent at each opening
	pace    pace
	decoder wire.Decoder
	counts  counts

	phase phase
	size  int // of the outstanding frame
	wire  int // the same as it goes to the modem
	fly   bridge.Flight
	out   []bridge.Output
}

func newDriver(u *bridge.URL) (bridge.Driver, radio.Profile, error) {
	if err := unfit(u); err != nil {
		return nil, radio.Profile{}, err
	}
	if u.Word("modem") == meshCore {
		return meshcore.New(u)
	}
	profile := radio.Profile{
		Name:          u.String(),
		MTU:           u.Number("mtu"),
		BitsPerSecond: u.Number("rate"),
		Overhead:      u.Duration("txdelay") + u.Duration("tail"),
		Listens:       true,
		Air: radio.Air{HDLC: airtime.HDLC{
			BitsPerSecond: u.Number("rate"), KeyUp: u.Duration("txdelay"), Tail: u.Duration("tail"),
		}},
	}
	head, err := newHeader(u, &profile)
	if err != nil {
		return nil, profile, err
	}
	port := uint8(u.Number("port"))
	return &driver{profile: profile, port: port, header: head, pace: newPace(profile, u), hello: appendSettings(nil, u, port)}, profile, nil
}

// Step implements bridge.Driver.
func (d *driver) Step(now clock.Instant, in bridge.Input) []bridge.Output {
	d.out = d.out[:0]
	switch in := in.(type) {
	case bridge.Opened:
		d.counts.before.Add(d.decoder.Outcomes)
		d.decoder, d.phase = wire.Decoder{}, settingUp
		if len(d.hello) == 0 {
			d.begin()
		} else {
			d.say(bridge.Write{Data: d.hello})
		}
	case bridge.Bytes:
		for _, b := range in.Data {
			if f, ok := d.decoder.Push(b); ok {
				d.take(now, f)
			}
		}
	case bridge.Written:
		d.written(now)
	case bridge.Transmit:
		whole := wire.AppendFrame(nil, wire.Frame{Port: d.port, Command: wire.Data, Data: d.header.put(in.Data)})
		d.phase, d.size, d.wire = writing, len(in.Data), len(whole)
		d.say(bridge.Write{Data: whole})
	case bridge.Tick:
		if d.phase == flying {
			d.phase = idle
			d.say(bridge.Sent{})
		}
	case bridge.Leave:
	}
	return d.out
}

func (d *driver) say(o bridge.Output) { d.out = append(d.out, o) }

// begin says that the modem is ours.
func (d *driver) begin() {
	d.phase = idle
	d.say(bridge.Ready{Profile: d.profile})
}

func (d *driver) written(now clock.Instant) {
	switch d.phase {
	case settingUp:
		d.begin()
	case writing:
		d.phase, d.fly = flying, d.pace.launch(now, d.size, d.wire)
		d.say(bridge.Wake{At: d.fly.Done()})
	case idle, flying:
	}
}

// take handles a frame from the modem.
func (d *driver) take(now clock.Instant, f wire.Frame) {
	switch {
	case f.Command != wire.Data:
		d.counts.command++
	case f.Port != d.port:
		d.counts.port++
	default:
		data, ok := d.header.strip(f.Data, &d.counts)
		if !ok {
			return
		}
		d.say(bridge.Heard{Data: append([]byte(nil), data...)})
		if d.phase == flying {
			d.fly.Heard(now, d.pace.onAir(len(data)))
			d.say(bridge.Wake{At: d.fly.Done()})
		}
	}
}
