package frame

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// TestVectors holds the code to the vectors of docs/spec/frame.md.
func TestVectors(t *testing.T) {
	k := testKey(1)
	relayed := bundleOf(7, "...")
	for _, c := range []struct {
		f             Frame
		plain, sealed string
	}{
		{Frame{From: 7, Counter: 0x00010203, Items: []Item{{KindHello, Hello{CounterHigh: 1, Summary: 0xa1b2c3d4, Flags: 1}.Append(nil)}}},
			"10020300070001a1b2c3d401", "65754724fd482c53477cda7e4f077b66f43b"},
		{Frame{From: 7, Counter: 0x0203, Items: []Item{{KindBundle, relayed}}},
			"0202030000072e2e2e", "617655d3c102750276d668d2af4a86"},
		{Frame{From: 8, Counter: 0xfffe0001, Items: []Item{{KindBundle, relayed}, {KindVector, []byte{9}},
			{KindFragment, Fragment{Transfer: 0x1234, Index: 2, Count: 3, Data: []byte("end")}.Append(nil)}}},
			"3200010008060000072e2e2e010109030712340302656e64", "546d247940062355db2d313195203fe5586fc1f0eb6d568bc9df99ae9989"},
	} {
		if got := hex.EncodeToString(appendPlain(nil, c.f)); got != c.plain {
			t.Errorf("in clear %s, want %s", got, c.plain)
		}
		if got := hex.EncodeToString(Seal(k, c.f)); got != c.sealed {
			t.Errorf("sealed %s, want %s", got, c.sealed)
		}
	}
}

// TestLedger holds the code to the sums in the ledger of docs/spec/frame.md.
func TestLedger(t *testing.T) {
	carry := func(b bundle.Bundle) Item {
		b.ID, b.Precedence = bundle.ID{Origin: 7, Day: today, Seq: 1}, bundle.Routine
		b.Created, b.Lifetime = today.Start(), bundle.DefaultLifetime(bundle.Routine)
		b.Sealed = []byte("\x00" + strings.Repeat("x", 60))
		return Item{KindBundle, b.Encode()}
	}
	group := bundle.Bundle{Header: bundle.Header{To: bundle.Destination{Group: 1}}}
	signed := bundle.Bundle{Header: bundle.Header{To: bundle.Destination{Group: 1}, Signed: true}}
	direct := bundle.Bundle{Header: bundle.Header{To: bundle.Destination{Node: 9}}}
	id := bundle.ID{Origin: 9, Day: today, Seq: 1}
	receipt := Item{KindReceipt, Receipt{ID: id}.Append(nil)}
	for _, c := range []struct {
		name string
		want int
		item []Item
	}{
		{"group", 87, []Item{carry(group)}},
		{"group, signed", 151, []Item{carry(signed)}},
		{"direct", 89, []Item{carry(direct)}},
		{"receipt", 24, []Item{receipt}},
		{"hello", 18, []Item{{KindHello, helloBody(0)}}},
		{"accept", 26, []Item{{KindAccept, Accept{To: 9, IDs: []bundle.ID{id}}.Append(nil)}}},
		{"group and a receipt", 87 + 1 + 15, []Item{carry(group), receipt}},
	} {
		if got := len(Seal(testKey(1), Frame{From: 7, Items: c.item})); got != c.want {
			t.Errorf("%s: %d bytes on the air, the ledger says %d", c.name, got, c.want)
		}
	}
}
