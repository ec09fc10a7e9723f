package mesh

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// TestAScatteredStreamIsReadBack: receipts of every second message of a day
// make as many runs as a stream can have, and the node starts on them.
func TestAScatteredStreamIsReadBack(t *testing.T) {
	w := newWorld(t, 2)
	m := w.nodes[1]
	st := routing.Stream{Origin: 1, Day: w.base.Day()}
	for seq := range uint16(8000) {
		id := bundle.ID{Origin: st.Origin, Day: st.Day, Seq: seq}
		m.node.vectors.AddHave(id)
		if seq%2 == 0 {
			m.node.vectors.AddReceipt(id)
		}
	}
	m.node.putSeen(st)
	w.step(m, Wake{})
	before := m.node.vectors.Summary()
	w.start(1)
	if m.node.vectors.Summary() != before {
		t.Error("the vectors changed over a restart")
	}
}

// TestReceiptsOfUnknownBundlesAreBounded: any member can make them up.
func TestReceiptsOfUnknownBundlesAreBounded(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	day := w.base.Day()
	for i := range routing.MaxLoose {
		w.nodes[1].node.vectors.AddReceipt(bundle.ID{Origin: ident.Number(1 + i>>16), Day: day - 1, Seq: uint16(i)})
	}
	id := bundle.ID{Origin: 2, Day: day, Seq: 7}
	w.speak(2, 1, 7000, frame.Item{Kind: frame.KindReceipt, Body: frame.Receipt{ID: id}.Append(nil)})
	if w.nodes[1].node.vectors.Receipted(id) || w.counter(1, countBundleFull) != 1 {
		t.Error("one more was taken")
	}
	w.nodes[1].node.vectors.AddHave(bundle.ID{Origin: 1, Day: day - 1, Seq: 9}) // its bundle came
	w.speak(2, 1, 7001, frame.Item{Kind: frame.KindReceipt, Body: frame.Receipt{ID: id}.Append(nil)})
	if !w.nodes[1].node.vectors.Receipted(id) {
		t.Error("there is room again, but it was refused")
	}
}
