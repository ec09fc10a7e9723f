package meshtastic

import (
	"fmt"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// take handles a message from the radio.
func (d *driver) take(now clock.Instant, b []byte) {
	m, ok := ParseFromRadio(b)
	if !ok {
		d.counts.malformed++
		return
	}
	if d.phase == finding { // it is there: give it time to go on
		d.wake(min(now.Add(knock), d.since.Add(longest)))
	}
	switch m := m.(type) {
	case Packet:
		d.packet(now, m)
	case Queue:
		d.queue(now, m)
	case Complete:
		if d.phase == finding && m == onlyConfig {
			d.configured(now)
		}
	case Rebooted:
		if d.phase != finding {
			d.fail(errRestart)
			return
		}
		d.told = told{}
		// Not at once, or a radio that says so for ever would make us write for ever.
		d.wake(min(now.Add(again), d.since.Add(longest)))
	case Notice:
		d.counts.notices++
	default:
		if d.phase != finding || !d.told.take(m) {
			d.counts.other++
		}
	}
}

// configured looks at what the radio said of itself.
func (d *driver) configured(now clock.Instant) {
	lora, about, err := d.told.usable(d.channel, d.amateur)
	if err != nil {
		d.fail(err)
		return
	}
	d.lora, d.about = lora, about
	d.describe()
	d.begin(now, probing)
	d.ask(now)
}

// queue takes in the state of the radio's queue.
func (d *driver) queue(now clock.Instant, q Queue) {
	if d.phase == finding {
		return
	}
	d.free = q.Free
	if d.phase > probing && q.Packet != 0 && q.Result == 0 && !d.issued(q.Packet) {
		d.say(bridge.Aired{For: d.profile.Airtime(ownPacket)}) // its own: telemetry, position, who it is
	}
	switch d.phase {
	case probing:
		d.quiet = d.decoder.Noise
		d.say(bridge.Ready{Profile: d.profile, About: d.about})
		d.rest(now)
	case looking:
		d.rest(now)
	case roomless:
		switch {
		case q.Free > 0:
			d.offer(now)
		case d.waited(now):
			d.fail(errFull)
		default:
			d.askAgain(now)
		}
	case offered, unsure:
		d.answered(now, q)
	case asking:
		d.empty(now, q)
	case finding, idle, flying, leaving:
	}
}

// waited reports whether the queue was waited for as long as can be.
func (d *driver) waited(now clock.Instant) bool {
	return now.Sub(d.since) > waitLimit+4*d.profile.Airtime(d.profile.MTU)
}

// askAgain asks the queue in a while.
func (d *driver) askAgain(now clock.Instant) {
	d.tries = 0
	d.wake(now.Add(again))
}

// answered takes in whether the radio took the frame.
func (d *driver) answered(now clock.Instant, q Queue) {
	switch {
	case q.Packet == d.id && q.Result == 0:
		d.phase = flying
		d.fly = bridge.Flight{Start: now, Draws: draws(d.lora), Length: d.air}
		d.wake(d.fly.Done())
	case q.Packet == d.id:
		d.refused(now, q.Result)
	case d.phase == unsure && q.Packet == 0: // the answer got lost, or the frame
		d.done(now, errUnsure)
	}
}

// empty takes in whether the frame has left the queue, which it does when its
// transmission begins.
func (d *driver) empty(now clock.Instant, q Queue) {
	switch {
	case q.Free >= q.Most && d.late:
		d.phase = leaving
		d.wake(now.Add(d.air))
	case q.Free >= q.Most:
		d.done(now, nil)
	case !d.waited(now):
		d.late = true
		d.askAgain(now)
	case q.Free > 0:
		d.done(now, errStuck)
	default:
		d.fail(errFull)
	}
}

// ownPacket is about the longest payload that the radio sends of itself.
const ownPacket = 120

// Errors of the firmware's routing that matter here.
const (
	routingNoAck = 5
	routingDuty  = 9
)

// refused reports that the radio does not take the outstanding frame.
func (d *driver) refused(now clock.Instant, code int) {
	d.counts.refused++
	if code == routingDuty {
		d.counts.duty++
	}
	d.done(now, fmt.Errorf("the radio did not take the frame: %s", refusal(code)))
}

// refusal says for people why a radio does not take a packet.
func refusal(code int) string {
	switch code {
	case 4, 33:
		return "it has no LoRa chip that works"
	case 6:
		return "it has no such channel"
	case 7:
		return "too long"
	case routingDuty:
		return "the airtime that its region allows in an hour is used up (duty cycle)"
	case 32:
		return "its queue is full"
	case 34:
		return "its transmitter is switched off"
	case 38:
		return "too many at a time"
	}
	return fmt.Sprintf("error %d", code)
}

// packet takes in a packet that the radio received, or made itself.
func (d *driver) packet(now clock.Instant, p Packet) {
	own := p.From == d.told.node.Number || p.From == 0
	if d.phase >= idle && !own {
		d.overheard(now, d.profile.Airtime(len(p.Data)))
	}
	switch {
	case d.phase < idle:
		d.counts.early++
	case p.Encrypted:
		d.counts.encrypted++
	case p.Port == PortRouting && d.issued(p.Request):
		d.routing(now, p, own)
	case own:
		d.counts.echoes++
	case p.Port != PortPrivate:
		d.counts.ports++
	case p.Channel != uint32(d.channel):
		d.counts.channels++
	case p.Internet:
		d.counts.internet++
	case len(p.Data) == 0:
		d.counts.empty++
	default:
		d.say(bridge.Heard{Data: append([]byte(nil), p.Data...), Signal: p.signal()})
	}
}

// signal is how well the sender was heard; nil where that was not the sender but one
// that repeated him, or where the radio does not tell, or tells what cannot be.
func (p Packet) signal() *radio.Signal {
	likely := p.RSSI < 0 && p.RSSI > -200 && p.SNR > -100 && p.SNR < 100 // and no NaN
	if !likely || p.HopStart > p.HopLimit {
		return nil
	}
	return &radio.Signal{RSSI: p.RSSI, SNR: p.SNR}
}

// overheard says that others used the channel until now.
func (d *driver) overheard(now clock.Instant, length time.Duration) {
	if d.phase == flying {
		d.fly.Heard(now, length)
		d.wake(d.fly.Done())
	}
}

// routing takes in what became of a packet of ours.
func (d *driver) routing(now clock.Instant, p Packet, own bool) {
	code, ok := reason(p.Data)
	outstanding := p.Request == d.id && d.phase >= roomless && d.phase <= leaving
	switch {
	case !ok:
		d.counts.malformed++
	case code == 0 && own:
		d.counts.implicit++
	case code == 0:
		d.counts.real++
	case code == routingNoAck:
		d.counts.unheard++
	case own && outstanding:
		d.refused(now, int(code))
	default:
		d.counts.other++ // said before, by the state of the queue
	}
}
