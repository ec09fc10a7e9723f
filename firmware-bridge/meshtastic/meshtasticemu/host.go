package meshtasticemu

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// command handles a ToRadio.
func (r *Radio) command(now clock.Instant, m []byte) {
	list, ok := entries(m)
	if !ok {
		return
	}
	for _, e := range list {
		switch {
		case e.field == 1 && e.kind == asBytes:
			r.fromHost(now, e.bytes)
		case e.field == 3 && e.kind == asVarint:
			r.configuration(now, e.n)
		case e.field == 4 && e.kind == asVarint:
			r.spoken = false
		case e.field == 7 && e.kind == asBytes:
			r.status(0, 0)
		}
	}
}

// configuration answers want_config. In between are fields that no host knows.
func (r *Radio) configuration(now clock.Instant, number uint64) {
	r.spoken = true
	firmware := r.Firmware
	if firmware == "" {
		firmware = "2.7.18.8c5e9f1"
	}
	own := message(nil).varint(1, uint64(r.Number))
	r.say(message(nil).bytes(3, own.varint(8, 4).varint(11, 30200).bytes(12, make([]byte, 16)).text(13, "rak4631")))
	r.say(message(nil).bytes(4, own.bytes(2, message(nil).text(1, "!emulated").text(2, "emulated radio"))))
	metadata := message(nil).text(1, firmware).varint(2, 24).varint(9, 9)
	if r.Signs {
		metadata = metadata.varint(14, 1)
	}
	r.say(message(nil).bytes(13, metadata))
	r.say(message(nil).bytes(19, append(message(nil).tag(1, asEight), make([]byte, 8)...)))
	if !r.Locked {
		for i := range 8 {
			c := message(nil).some(1, uint64(i)).bytes(2, message(nil).bytes(2, []byte{1}))
			r.say(message(nil).bytes(10, c.some(3, r.role(i))))
		}
		for _, c := range r.parts() {
			r.say(message(nil).bytes(5, c))
		}
		for i := range uint64(13) {
			r.say(message(nil).bytes(9, message(nil).bytes(i+1, nil)))
		}
	}
	r.say(message(nil).bytes(15, message(nil).text(1, "/prefs/device.proto").varint(2, 321)))
	if r.Endless {
		r.after(now, slot*30, func(now clock.Instant) { r.configuration(now, number) })
		return
	}
	r.say(message(nil).varint(7, number))
	for _, m := range r.kept {
		r.say(m)
	}
	r.kept = nil
}

// role of a channel: primary, secondary, or switched off.
func (r *Radio) role(i int) uint64 {
	switch {
	case i == 0:
		return 1
	case i < r.Channels:
		return 2
	}
	return 0
}

// parts of the configuration.
func (r *Radio) parts() []message {
	device := message(nil).varint(7, 10800)
	if r.CoreOnly {
		device = device.varint(6, 5)
	}
	lora := message(nil)
	if r.Custom != nil {
		lora = append(lora, r.Custom...)
	} else {
		lora = lora.varint(1, 1).some(2, uint64(r.Preset))
	}
	lora = lora.four(6, 0)
	if !r.NoRegion {
		lora = lora.varint(7, uint64(r.region()))
	}
	lora = lora.varint(8, ownHops)
	if !r.Silent {
		lora = lora.varint(9, 1)
	}
	lora = lora.varint(10, 27).varint(104, 1)
	security := message(nil).bytes(1, make([]byte, 32)).varint(5, 1)
	if r.Strict {
		security = security.varint(9, 2)
	}
	return []message{
		message(nil).bytes(1, device),
		message(nil).bytes(2, message(nil).varint(1, 900)),
		message(nil).bytes(6, lora),
		message(nil).bytes(8, security),
		message(nil).bytes(9, nil),
	}
}

func (r *Radio) region() uint32 {
	if r.Region == 0 {
		return 3
	}
	return r.Region
}

// Results that a host is told.
const (
	tooLarge = 7
	duty     = 9
	full     = 32
	disabled = 34
)

// fromHost takes a packet of the host.
func (r *Radio) fromHost(now clock.Instant, m []byte) {
	list, ok := entries(m)
	if !ok {
		return
	}
	p := packet{from: r.Number, relay: byte(r.Number)}
	wantAck, index := false, byte(0)
	for _, e := range list {
		switch e.field {
		case 2:
			p.to = uint32(e.n)
		case 3:
			index = byte(e.n)
		case 4:
			p.data = append([]byte(nil), e.bytes...)
		case 6:
			p.id = uint32(e.n)
		case 9:
			p.hopLimit = byte(e.n) & 7
		case 10:
			wantAck = e.n != 0
		}
	}
	if p.id != 0 && slices.Contains(r.hostIDs, p.id) {
		return // without a word
	}
	if p.id == 0 {
		p.id = r.newID()
	}
	r.hostIDs = append(r.hostIDs, p.id)
	r.hostIDs = r.hostIDs[max(0, len(r.hostIDs)-seenHost):]
	if wantAck && p.hopLimit == 0 {
		p.hopLimit = ownHops
	}
	p.hopStart, p.channel = p.hopLimit, hash(index)
	p.data = message(p.data).varint(9, 0)
	if r.Signs && header+len(p.data)+66 <= longest {
		p.data = message(p.data).bytes(10, make([]byte, 64))
	}
	r.send(now, p, index, wantAck)
}

// send puts a packet of the host into the queue, or refuses it.
func (r *Radio) send(now clock.Instant, p packet, index byte, wantAck bool) {
	refuse := func(code uint64, nak bool) {
		r.status(code, p.id)
		if nak {
			r.packetFor(now, routing(r.Number, r.Number, r.newID(), p.id, index, code))
		}
	}
	switch {
	case r.Silent || r.NoRegion:
		refuse(disabled, false)
		return
	case r.Refuses > 0 && r.taken >= r.Refuses:
		refuse(duty, true)
		r.say(message(nil).bytes(16, message(nil).varint(1, uint64(p.id)).varint(3, 30).text(4, "Duty cycle limit exceeded. You can send again in 12 mins")))
		return
	case header+len(p.data) > longest:
		refuse(tooLarge, true)
		return
	case r.room() == 0:
		refuse(full, false)
		return
	}
	r.taken++
	r.air(p)
	if r.Echoes {
		r.packetFor(now, received(p, int(index), 0, 0, 0))
	}
	r.status(0, p.id)
	if wantAck {
		r.waiting = append(r.waiting, pending{packet: p, index: index})
		r.after(now, ackTimeout, func(now clock.Instant) { r.unheard(now, p.id) })
	}
}
