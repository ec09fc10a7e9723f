package sim

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// sentBytes is what the honest nodes have put on the air.
func sentBytes(w *World) (n int) {
	for _, h := range w.hosts {
		if node, ok := h.node.(*mesh.Node); ok && node != nil && !h.corrupt {
			for _, l := range node.Status().Links {
				n += int(l.TxBytes)
			}
		}
	}
	return n
}

// quietCrew is five nodes of which one is away and one has an attacker's keys, twenty
// minutes after they had much to say, and just after all were started anew, so that
// none remembers what it heard. It returns what everybody said, too.
func quietCrew(t *testing.T) (*World, *Attacker) {
	w := newWorld(t, crew(4))
	a := w.Attack(Attack{Power: Member, Nodes: []int{3}, Channels: []int{0}, For: 24 * time.Hour, Every: time.Hour, Acts: []string{}})
	busy(w, 2*time.Minute, 8, 0, 1, 2, 4)
	w.RunFor(20 * time.Minute)
	w.Crash(4)
	for i := range 3 {
		w.Crash(i)
		w.Start(i)
	}
	w.RunFor(20 * time.Minute)
	return w, a
}

// TestNoAnswerBeyondThreeTimesInAll: who has not proven to be there calls forth
// three times his bytes from each node that hears him, and no more: whether he
// repeats a recording, or is a member who speaks in the name of one who is away.
func TestNoAnswerBeyondThreeTimesInAll(t *testing.T) {
	const hearers = 3
	const span, away = 30 * time.Minute, ident.Number(5)
	nothing := routing.NewVectors().Segments(200)[0]
	quiet, _ := quietCrew(t)
	base := sentBytes(quiet)
	quiet.RunFor(span)
	base = sentBytes(quiet) - base
	for name, say := range map[string]func(a *Attacker, i int){
		"silence":   func(*Attacker, int) {},
		"recording": func(a *Attacker, i int) { a.send(a.recorded[i%len(a.recorded)]) },
		"noise":     func(a *Attacker, _ int) { a.send(a.noise(frame.MinSize)) },
		"hello": func(a *Attacker, i int) {
			a.say(away, frame.Item{Kind: frame.KindHello, Body: frame.Hello{Summary: uint32(i)}.Append(nil)})
		},
		"nothing": func(a *Attacker, _ int) { a.say(away, frame.Item{Kind: frame.KindVector, Body: nothing}) },
		"challenge": func(a *Attacker, _ int) {
			a.say(away, frame.Item{Kind: frame.KindChallenge, Body: frame.Challenge{Nonce: [4]byte(a.noise(4))}.Append(nil)})
		},
		"need": func(a *Attacker, i int) {
			n := frame.Need{To: ident.Number(1 + i%3), Transfer: uint16(i), More: []int{2}}
			a.say(away, frame.Item{Kind: frame.KindNeed, Body: n.Append(nil)})
		},
		"variants": func(a *Attacker, _ int) {
			all := routing.Range{First: bundle.ID{Origin: 1, Day: a.w.day()}, Last: bundle.ID{Origin: 5, Day: a.w.day(), Seq: 1<<16 - 1}}
			v := routing.Variants{Type: routing.VariantHashes, Range: all}
			a.say(away, frame.Item{Kind: frame.KindVariants, Body: v.Append(nil)})
		},
		"key hello": func(a *Attacker, i int) {
			a.whisper(frame.Item{Kind: frame.KindKeyHello, Body: frame.KeyHello{Serial: uint32(1 + i%2*1000), Day: a.w.day()}.Append(nil)})
		},
		"key ask": func(a *Attacker, i int) {
			ask := frame.KeyAsk{To: ident.Number(1 + i%3), Serial: 1, Parts: []int{0, 1, 2, 3}}
			a.whisper(frame.Item{Kind: frame.KindKeyAsk, Body: ask.Append(nil)})
		},
	} {
		if testing.Short() && name != "nothing" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			w, a := quietCrew(t)
			before, began := sentBytes(w), a.Bytes
			for i := range int(span / (3 * time.Second)) {
				say(a, i)
				w.RunFor(3 * time.Second)
			}
			want(t, w, true, "nothing is wrong")
			extra, said := sentBytes(w)-before-base, a.Bytes-began
			most := hearers * 3 * said
			switch name {
			case "key hello": // asked for in vain, six times each
				most = hearers * 6 * 46 * (said / 20)
			case "key ask": // see docs/spec/keyblock.md
				most = hearers * (4<<10 + int(span.Seconds())*9600/8/10)
			case "silence":
				most = 0
			case "noise": // it fills the channel, and turns are drawn otherwise: nothing for any of it
				most = base / 20
			}
			t.Logf("he said %d bytes, and was answered with %d; %d are allowed", said, extra, most)
			if extra > most {
				t.Errorf("%d bytes for %d, at most %d", extra, said, most)
			}
		})
	}
}

// TestEveryBitOfEveryFrame: whatever bit of a frame is changed, nothing comes of it.
func TestEveryBitOfEveryFrame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, crew(6))
	byKind := make(map[frame.Kind][]byte)
	w.watcher = func(h *host, e mesh.Effect) {
		if tx, ok := e.(mesh.Transmit); ok && h.index != 2 {
			if f, err := w.hearAll(tx.Frame.Data); err == nil {
				if old, ok := byKind[f.Items[0].Kind]; !ok || len(old) > len(tx.Frame.Data) {
					byKind[f.Items[0].Kind] = tx.Frame.Data
				}
			}
		}
	}
	busy(w, 2*time.Minute, 8, 0, 1, 2, 3)
	w.Submit(Message{At: time.Minute, From: 1, To: node(2), Precedence: bundle.Routine, Text: string(make([]byte, 900))})
	w.RunFor(3 * time.Minute)
	if _, err := w.LockOut([]int{0}); err != nil {
		t.Fatal(err)
	}
	w.RunFor(10 * time.Minute)
	if len(byKind) < 7 {
		t.Fatalf("only %d kinds of frames were heard", len(byKind))
	}
	h := w.hosts[2]
	unauthentic, bits := w.count(h, "frame not authentic"), 0
	for _, data := range byKind {
		for bit := range 8 * len(data) {
			data[bit/8] ^= 1 << (bit % 8)
			if effects := h.node.Step(w.reading(h), mesh.LinkEvent{Event: radio.Heard{Data: data}}); len(effects) > 0 {
				t.Fatalf("%v at once, on account of bit %d", effects, bit)
			}
			data[bit/8] ^= 1 << (bit % 8)
			bits++
		}
	}
	if got := w.count(h, "frame not authentic") - unauthentic; got != bits {
		t.Errorf("%d of %d changed frames were refused as not authentic", got, bits)
	}
}

// count returns one of a node's counters.
func (w *World) count(h *host, name string) int {
	for _, c := range h.node.(*mesh.Node).Status().Counters {
		if c.Name == name {
			return int(c.Count)
		}
	}
	return 0
}
