package reference

import (
	"slices"
	"testing"
	"time"
)

// mcLine is a line of a script for node 1: time passes, something happens, and that is
// what it does. 5 and 6 are others, 2 and 3 repeaters between.
type mcLine struct {
	after time.Duration
	ev    Event
	did   []string
}

func mcHeard(p meshcorePacket) Event {
	if p.payload == 0 {
		p.payload = 84
	}
	return Heard{From: Everyone, Data: p.encode(), RSSI: -120}
}

// mcAckOf3 acknowledges message 3.
func mcAckOf3(flood bool, salt byte, path ...byte) Event {
	return mcHeard(meshcorePacket{kind: mcAck, flood: flood, path: path, to: Everyone, message: 3, salt: salt, payload: mcAckPayload})
}

// mcKnown brings the way to 6, by two repeaters.
func mcKnown(lines ...mcLine) []mcLine {
	way := mcHeard(meshcorePacket{kind: mcPath, flood: true, path: []byte{hashOf(3), hashOf(2)}, from: 6, to: 1, message: 3, ack: true,
		way: []byte{hashOf(2), hashOf(3)}, payload: 36})
	return append([]mcLine{
		{0, Submit{Message{N: 3, From: 1, To: 6, Bytes: 60}}, []string{"flood text, path 0, 86 bytes"}}, {time.Second, Sent{OK: true}, nil},
		{time.Second, way, []string{"acknowledged 3"}},
		{time.Second, nil, []string{"along way of 2, path 2, 24 bytes"}}, {time.Second, Sent{OK: true}, nil},
	}, lines...)
}

func TestMeshCoreRules(t *testing.T) {
	for _, scripts := range []map[string][]mcLine{mcOthers(), mcOwn()} {
		for name, lines := range scripts {
			t.Run(name, func(t *testing.T) {
				s := newStage(t, atOnce(), 1)
				for i, l := range lines {
					did := s.after(l.after, describeMeshCore)
					if l.ev != nil {
						did = append(did, s.tell(l.ev, describeMeshCore)...)
						did = append(did, s.after(0, describeMeshCore)...)
					}
					if !slices.Equal(did, l.did) {
						t.Fatalf("line %d: %q, want %q", i, did, l.did)
					}
				}
			})
		}
	}
}

// mcOthers are the rules for what others send.
func mcOthers() map[string][]mcLine {
	text := func(flood bool, try int, path ...byte) Event {
		return mcHeard(meshcorePacket{kind: mcText, flood: flood, path: path, from: 5, to: 1, message: 7, try: try})
	}
	passing := func(flood bool, path ...byte) Event {
		return mcHeard(meshcorePacket{kind: mcText, flood: flood, path: path, from: 5, to: 6, message: 7})
	}
	group := func(path ...byte) Event {
		return mcHeard(meshcorePacket{kind: mcGroup, flood: true, path: path, from: 5, to: Everyone, message: 7, payload: 83})
	}
	sent, h := Sent{OK: true}, hashOf
	const second = time.Second
	return map[string][]mcLine{
		"a broadcast is passed on once, with one more in its path": {
			{0, group(), []string{"deliver 7", "flood group, path 1, 86 bytes"}}, {second, sent, nil}, {second, group(h(2)), nil}},
		"a flood is passed on though others did": {
			{0, passing(true, h(2), h(3)), []string{"flood text, path 3, 89 bytes"}}, {second, sent, nil}},
		"what has a path is passed on by the first of it": {{0, passing(false, h(1), h(3)), []string{"along text, path 1, 87 bytes"}}},
		"and by nobody else":                              {{0, passing(false, h(2), h(1)), nil}},
		"a flood is answered by a flood with its way": {
			{0, text(true, 0, h(2), h(3)), []string{"deliver 7"}}, {200 * time.Millisecond, nil, []string{"flood way of 2 and ack, path 0, 22 bytes"}},
			{second, sent, nil}, {0, text(true, 0, h(4)), nil}},
		"each try is answered, and shown once": {
			{0, text(true, 0), []string{"deliver 7"}}, {second, nil, []string{"flood way of 0 and ack, path 0, 22 bytes"}}, {second, sent, nil},
			{second, text(true, 1), nil}, {second, nil, []string{"flood way of 0 and ack, path 0, 22 bytes"}}},
		"what came along a way without a known way back is acknowledged by a flood": {
			{0, text(false, 0), []string{"deliver 7"}}, {second, nil, []string{"flood ack, path 0, 8 bytes"}}},
		"another's acknowledgement is passed on": {
			{0, mcAckOf3(true, 1), []string{"flood ack, path 1, 9 bytes"}}, {second, sent, nil}, {0, mcAckOf3(true, 1), nil},
			{0, mcAckOf3(false, 2, h(1), h(2)), []string{"along ack, path 1, 9 bytes"}}},
		"a flood that has passed 64 repeaters goes no further": {{0, group(make([]byte, 64)...), []string{"deliver 7"}}},
		"what is no packet is ignored":                         {{0, Heard{Data: []byte{0, 9, 9}}, nil}, {0, Heard{Data: nil}, nil}},
	}
}

// mcOwn are the rules for what the node itself writes.
func mcOwn() map[string][]mcLine {
	write := Submit{Message{N: 3, From: 1, To: 6, Bytes: 60}}
	sent, h := Sent{OK: true}, hashOf
	const second = time.Second
	return map[string][]mcLine{
		"the way is learned and told back, and the next message goes along it": mcKnown(
			mcLine{0, Submit{Message{N: 4, From: 1, To: 6, Bytes: 60}}, []string{"along text, path 2, 88 bytes"}}),
		"after three tries along the way, a flood, and then no more": mcKnown(
			// airtime 0.88 s: (6*0.88+0.25)*3+0.5 = 17.1 s a try, then 14.3 s of a flood
			mcLine{0, Submit{Message{N: 4, From: 1, To: 6, Bytes: 60}}, []string{"along text, path 2, 88 bytes"}}, mcLine{second, sent, nil},
			mcLine{17 * second, nil, []string{"along text, path 2, 88 bytes"}}, mcLine{second, sent, nil},
			mcLine{17 * second, nil, []string{"along text, path 2, 88 bytes"}}, mcLine{second, sent, nil},
			mcLine{17 * second, nil, []string{"flood text, path 0, 86 bytes"}}, mcLine{second, sent, nil},
			mcLine{14 * second, nil, []string{"failed 4"}}, mcLine{60 * second, nil, nil}),
		"an acknowledgement stops it": {
			{0, write, []string{"flood text, path 0, 86 bytes"}}, {second, sent, nil},
			{second, mcAckOf3(true, 1), []string{"acknowledged 3"}}, {60 * second, nil, nil}},
		"also one that is overheard on its way": {
			{0, write, []string{"flood text, path 0, 86 bytes"}}, {second, sent, nil},
			{second, mcAckOf3(false, 1, h(2)), []string{"acknowledged 3"}}, {60 * second, nil, nil}},
		"who floods though he was told the way is told again": mcKnown(
			mcLine{0, Submit{Message{N: 3, From: 1, To: 6, Bytes: 60}}, []string{"along text, path 2, 88 bytes"}}, mcLine{second, sent, nil},
			mcLine{0, mcAckOf3(true, 9, h(3)), []string{"acknowledged 3"}}, mcLine{3 * second, nil, []string{"along way of 1, path 2, 24 bytes"}}),
		"what is too long fails at once": {{0, Submit{Message{N: 3, From: 1, To: 6, Bytes: 161}}, []string{"failed 3"}},
			{0, Submit{Message{N: 3, From: 1, To: Everyone, Bytes: 151}}, []string{"failed 3"}}},
	}
}
