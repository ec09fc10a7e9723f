package reference

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Frames are as long as Meshtastic's for 60 characters.
func TestFloodFrames(t *testing.T) {
	for to, want := range map[int]int{Everyone: 82, 2: 94} {
		s := newStage(t, Meshtastic(), 1)
		s.tell(Submit{Message{N: 3, From: 1, To: to, Bytes: 60}}, describeFlood)
		did := s.after(time.Second, describeFlood)
		if w := []string{fmt.Sprintf("send 3, 3 hops, %d bytes", want)}; !slices.Equal(did, w) {
			t.Errorf("to %d: %q, want %q", to, did, w)
		}
	}
	if f := Meshtastic(); f.Header+f.Ack != 29 {
		t.Errorf("an acknowledgement has %d bytes", f.Header+f.Ack)
	}
}

func TestFloodEncoding(t *testing.T) {
	for _, p := range []floodPacket{
		{id: packetID{0, 1}, to: Everyone, hops: 3, message: 0, size: 18},
		{id: packetID{70000, 1 << 30}, to: 0, hops: 0, message: 1 << 30, size: 255},
		{id: packetID{4, 5}, to: 6, hops: 7, ack: true, of: 77777, message: 8, size: 18},
	} {
		if got, ok := decodeFlood(p.encode()); !ok || got != p {
			t.Errorf("%+v is read as %+v", p, got)
		}
	}
}

// Bytes that are no packet, or a damaged one, do no harm.
func TestFramesOfAnybody(t *testing.T) {
	luck := rand.New(rand.NewPCG(7, 7))
	for _, p := range []Protocol{Meshtasticator(), NewMeshCore()} {
		s := newStage(t, p, 1)
		for range 20_000 {
			b := make([]byte, luck.IntN(40))
			for i := range b {
				b[i] = byte(luck.IntN(256) >> luck.IntN(8))
			}
			for _, a := range s.actor.Step(s.now, Heard{Data: b}) {
				if tx, ok := a.(Transmit); ok && len(tx.Data) > 255 {
					t.Fatalf("%s: answers %x with %d bytes", p.Name(), b, len(tx.Data))
				}
			}
			if floods, ok := decodeFlood(b); ok && len(floods.encode()) != len(b) {
				t.Fatalf("%x is read as %+v", b, floods)
			}
			if way, ok := decodeMeshCore(b); ok && len(way.encode()) != len(b) {
				t.Fatalf("%x is read as %+v", b, way)
			}
		}
	}
}
