package mesh

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// exhibits has node 1 send a FLASH and a text, and returns what node 2 keeps.
func exhibits(t testing.TB) (w *world, flash, text Exhibit) {
	t.Helper()
	w = newWorld(t, 3)
	for _, num := range w.order {
		w.nodes[num].cfg.Evidence = EvidenceAll
		w.start(num)
	}
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.submit(1, toAll, bundle.Flash, "evacuate")
	w.submit(1, toAll, bundle.Routine, "all clear")
	w.run(time.Hour)
	var got []Exhibit
	for _, m := range w.nodes[1].taken {
		theirs, _ := Find(w.nodes[2].store, m.Message.ID)
		e, ok := ExhibitOf(w.nodes[2].store, theirs)
		if !ok {
			t.Fatalf("no evidence of %v", m.Message.ID)
		}
		got = append(got, e)
	}
	return w, got[0], got[1]
}

// trusting returns what knows the certificates of this world.
func (w *world) trusting() func(*ident.Certificate) error {
	return func(c *ident.Certificate) error {
		if known, ok := w.nodes[1].cfg.Trust.Roster.Certificate(c.Number); !ok || !bytes.Equal(known.Encode(), c.Encode()) {
			return errors.New("it is nobody's")
		}
		return nil
	}
}

// TestEvidenceStandsForItself: what was kept proves by certificates alone who wrote
// what, whether he signed it at once or in arrears; and any change breaks it.
func TestEvidenceStandsForItself(t *testing.T) {
	w, flash, text := exhibits(t)
	roster := w.trusting()
	for name, c := range map[string]struct {
		e    Exhibit
		body string
		head bool
	}{"by its own signature": {flash, "evacuate", false}, "by a head": {text, "all clear", true}} {
		back, err := DecodeExhibit(EncodeExhibit(&c.e))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := back.Check(ident.Ed25519{}, roster)
		if err != nil || string(got.Body) != c.body || got.From != 1 || (got.Head != bundle.ID{}) != c.head {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		for at := range back.Bundle {
			bad := *back
			bad.Bundle = bytes.Clone(back.Bundle)
			bad.Bundle[at] ^= 0x04
			if got, err := bad.Check(ident.Ed25519{}, roster); err == nil {
				t.Fatalf("%s: byte %d of the bundle was changed, and it proves %q", name, at, got.Body)
			}
		}
		bad := *back
		bad.Key.Text[3] ^= 1
		if _, err := bad.Check(ident.Ed25519{}, roster); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: with another key: %v", name, err)
		}
		bad = *back
		bad.Day++
		if _, err := bad.Check(ident.Ed25519{}, roster); err == nil {
			t.Errorf("%s: on another day it proves the same", name)
		}
	}
	if flash.Head != nil || text.Head == nil {
		t.Fatal("the wrong one has a head")
	}
	bad := text
	bad.Head = nil
	if _, err := bad.Check(ident.Ed25519{}, roster); !errors.Is(err, ErrUnproven) {
		t.Errorf("without its head: %v", err)
	}
	for at := range text.Head.Bundle {
		head := *text.Head
		head.Bundle = bytes.Clone(head.Bundle)
		head.Bundle[at] ^= 0x04
		bad.Head = &head
		if _, err := bad.Check(ident.Ed25519{}, roster); err == nil {
			t.Fatalf("byte %d of the head was changed, and it proves", at)
		}
	}
	head := *text.Head
	head.Hashes = [][32]byte{{1}}
	bad.Head = &head
	if _, err := bad.Check(ident.Ed25519{}, roster); !errors.Is(err, ErrBroken) {
		t.Errorf("with another hash: %v", err)
	}
}

// TestEvidenceIsKeptWhereItMustBe: by default of what is urgent or an act, at both
// ends, and of nothing else.
func TestEvidenceIsKeptWhereItMustBe(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.submit(1, toAll, bundle.Flash, "evacuate")
	w.submit(1, toAll, bundle.Routine, "all clear")
	w.submit(1, toNode(2), bundle.Flash, "you, too")
	w.run(time.Hour)
	for i, want := range []bool{true, false, true} {
		for _, num := range w.order {
			m, _ := Find(w.nodes[num].store, w.nodes[1].taken[i].Message.ID)
			if _, got := ExhibitOf(w.nodes[num].store, m); got != want {
				t.Errorf("node %d keeps evidence of message %d: %v, want %v", num, i, got, want)
			}
		}
	}
	w.sound()
}

func FuzzDecodeExhibit(f *testing.F) {
	_, flash, text := exhibits(f)
	f.Add(EncodeExhibit(&flash))
	f.Add(EncodeExhibit(&text))
	nobody := func(*ident.Certificate) error { return errors.New("it is nobody's") }
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := DecodeExhibit(data)
		if err != nil {
			if !errors.Is(err, ErrExhibit) {
				t.Fatalf("%v has no class", err)
			}
			return
		}
		if again, err := DecodeExhibit(EncodeExhibit(e)); err != nil || !reflect.DeepEqual(again, e) {
			t.Fatalf("%+v comes back as %+v, %v", e, again, err)
		}
		if _, err := e.Check(ident.Ed25519{}, nobody); err == nil {
			t.Fatal("a message of nobody is proven")
		}
	})
}
