package mesh

import (
	"bytes"
	"errors"
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
		list := Exhibits(w.nodes[2].store, m.Message.ID)
		if len(list) != 1 {
			t.Fatalf("%d exhibits of %v", len(list), m.Message.ID)
		}
		got = append(got, list[0])
	}
	return w, got[0], got[1]
}

// TestEvidenceStandsForItself: what was kept proves by certificates alone who wrote
// what, whether he signed it at once or in arrears; and any change breaks it.
func TestEvidenceStandsForItself(t *testing.T) {
	w, flash, text := exhibits(t)
	roster := w.nodes[3].cfg.Trust.Roster
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
	for i, want := range []int{1, 0, 1} {
		id := w.nodes[1].taken[i].Message.ID
		for _, num := range w.order {
			if got := Exhibits(w.nodes[num].store, id); len(got) != want {
				t.Errorf("node %d keeps %d exhibits of message %d, want %d", num, len(got), i, want)
			}
		}
	}
	w.sound()
}

func FuzzDecodeExhibit(f *testing.F) {
	_, flash, text := exhibits(f)
	f.Add(EncodeExhibit(&flash))
	f.Add(EncodeExhibit(&text))
	roster, err := ident.NewRoster(ident.OperatorID{}, ident.SignKey{}, nil, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := DecodeExhibit(data)
		if err != nil {
			if !errors.Is(err, ErrExhibit) {
				t.Fatalf("%v has no class", err)
			}
			return
		}
		if _, err := e.Check(ident.Ed25519{}, roster); err == nil {
			t.Fatal("a message of nobody is proven")
		}
	})
}
