// Package meshtasticemu is an emulated radio as Meshtastic's firmware 2.7 behaves at
// its serial port and on the air: it writes text until it is spoken to, tells its
// configuration when asked, says at once whether its queue took a packet, drops packet
// ids that it saw before, hangs up on a silent host, and repeats the packets of others
// while they have hops left.
//
// It encrypts nothing, carries no packets to one addressee, and takes a packet out of
// its queue when the transmission is over; the firmware does so when it begins.
package meshtasticemu

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// The firmware's own times and limits.
const (
	boot       = 2500 * time.Millisecond
	queueMost  = 16
	hostQueue  = 8  // packets kept for an absent host
	seenHost   = 20 // packet ids of the host that are known
	seenAir    = 100
	hangUp     = 15 * time.Minute
	ackTimeout = 5 * time.Second
	ackTries   = 3
	ownHops    = 3
	slot       = 28 * time.Millisecond
)

// Radio is an emulator.Device.
type Radio struct {
	Number   uint32        // of its node; each on a channel has another
	Firmware string        // "": 2.7.18
	Region   uint32        // 0: EU_868
	Preset   uint32        // 0: LONG_FAST
	Custom   []byte        // fields of a modem setting without preset
	Channels int           // how many are set up, 0: one
	Routine  time.Duration // between two packets of its own, 0: none

	NoRegion  bool // none was chosen
	Silent    bool // its transmitter is switched off
	CoreOnly  bool // it keeps packets of other kinds for itself
	Strict    bool // it drops what is not signed
	Signs     bool // it signs what it broadcasts
	NoStatus  bool // so old that it does not tell its queue
	StuckFull bool // its queue has no room
	Refuses   int  // packets after which its duty cycle is used up, 0: never
	Locked    bool // it tells nothing of its configuration
	Echoes    bool // it gives its host the host's own packets
	Endless   bool // its configuration does not end

	up        bool
	spoken    bool // it was asked for its configuration: no more text
	in        stream
	heard     clock.Instant // when the host was heard last
	kept      []message     // for an absent host
	queue     int           // packets that wait or are on the air
	taken     int           // packets of the host
	hostIDs   []uint32
	seen      []key
	waiting   []pending
	later     []plan
	nextOwnID uint32
	numbered  uint32 // packets for the host
	out       []emulator.Output
}

// key names a packet on the air.
type key struct{ from, id uint32 }

// pending is a packet whose repetition is listened for.
type pending struct {
	packet
	index byte
	tries int
}

// plan is what the radio will do.
type plan struct {
	at clock.Instant
	do func(now clock.Instant)
}

// Step implements emulator.Device.
func (r *Radio) Step(now clock.Instant, in emulator.Input) []emulator.Output {
	r.out = r.out[:0]
	switch in := in.(type) {
	case emulator.PowerOn:
		r.up, r.spoken, r.in, r.kept, r.queue, r.hostIDs, r.seen, r.waiting, r.later = false, false, stream{}, nil, 0, nil, nil, nil, nil
		r.text("\r\n//\\ E S H T /\\ S T / C\r\n")
		r.after(now, boot, r.started)
	case emulator.Alarm:
		r.due(now)
	case emulator.FromHost:
		for _, b := range in.Data {
			if m, ok := r.in.push(b); ok && r.up {
				r.heard = now
				r.command(now, m)
			}
		}
	case emulator.FromAir:
		if p, ok := decode(in.Data); ok && r.up {
			r.received(now, p, in)
		}
	case emulator.AirDone:
		r.queue = max(0, r.queue-1)
	}
	r.alarm()
	return r.out
}

// after plans something.
func (r *Radio) after(now clock.Instant, d time.Duration, do func(now clock.Instant)) {
	r.later = append(r.later, plan{now.Add(d), do})
}

// alarm asks for the earliest plan.
func (r *Radio) alarm() {
	at := clock.Never
	for i, p := range r.later {
		if i == 0 || p.at < at {
			at = p.at
		}
	}
	r.out = append(r.out, emulator.SetAlarm{At: at})
}

func (r *Radio) due(now clock.Instant) {
	for {
		i := slices.IndexFunc(r.later, func(p plan) bool { return p.at <= now })
		if i < 0 {
			return
		}
		do := r.later[i].do
		r.later = slices.Delete(r.later, i, i+1)
		do(now)
	}
}

func (r *Radio) started(now clock.Instant) {
	r.up = true
	r.text("INFO  | ??:??:?? 2 [Main] radio started\r\nDEBUG | ??:??:?? 2 [Power] battery 87%\r\n")
	r.say(message(nil).varint(8, 1))
	if r.Routine > 0 {
		r.after(now, r.Routine, r.routine)
	}
}

// routine broadcasts what the firmware tells of itself from time to time.
func (r *Radio) routine(now clock.Instant) {
	data := message(nil).varint(1, 67).bytes(2, make([]byte, 30)).varint(9, 0)
	p := packet{to: everybody, from: r.Number, id: r.newID(), hopLimit: ownHops, hopStart: ownHops, channel: hash(0), relay: byte(r.Number), data: data}
	if r.queue < queueMost {
		r.air(p)
	}
	r.status(0, p.id)
	r.after(now, r.Routine, r.routine)
}

func (r *Radio) newID() uint32 {
	r.nextOwnID++
	return r.Number<<10 | r.nextOwnID&1023
}

// text is written until the radio was spoken to.
func (r *Radio) text(s string) {
	if !r.spoken {
		r.out = append(r.out, emulator.ToHost{Data: []byte(s)})
	}
}

func (r *Radio) say(m message) { r.out = append(r.out, emulator.ToHost{Data: framed(m)}) }

// packetFor gives the host a packet, or keeps it until the host comes back.
func (r *Radio) packetFor(now clock.Instant, m message) {
	r.numbered++
	m = message(nil).varint(1, uint64(r.numbered)).bytes(2, m)
	if r.spoken && now.Sub(r.heard) >= hangUp {
		r.spoken = false
	}
	if r.spoken {
		r.say(m)
		return
	}
	if len(r.kept) == hostQueue {
		r.kept = r.kept[1:]
	}
	r.kept = append(r.kept, m)
}

// status tells the queue.
func (r *Radio) status(result uint64, id uint32) {
	if r.NoStatus {
		return
	}
	r.say(message(nil).bytes(11, message(nil).some(1, result).some(2, r.room()).varint(3, queueMost).some(4, uint64(id))))
}

func (r *Radio) room() uint64 {
	if r.StuckFull || r.queue >= queueMost {
		return 0
	}
	return uint64(queueMost - r.queue)
}

// air transmits a packet.
func (r *Radio) air(p packet) {
	r.queue++
	r.out = append(r.out, emulator.ToAir{Data: p.encode()})
}
