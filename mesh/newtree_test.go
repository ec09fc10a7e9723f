package mesh

import (
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Blocks of a new tree come before the package that opens them: the alarm stands
// until then, and the block that is newer than the package counts at once.
func TestAPackageOfANewTreeEndsTheAlarm(t *testing.T) {
	w := newWorld(t, 2)
	w.tree = keyblock.Tree{Generation: 2, Height: 8, Start: 2, Seed: seal.Secret{6}}
	second := w.next(w.today())
	p := w.pack(2)
	third := w.next(w.today())
	w.bring(2, second, third)
	w.serials(1, 2)
	if got := w.alarms(2); !slices.Contains(got, AlarmTree) {
		t.Errorf("before the package: alarms %q", got)
	}
	m := w.nodes[2]
	w.step(m, NewRoster{Trust: m.cfg.Trust, Package: &p, By: "test"})
	w.serials(3, 2)
	if got := w.alarms(2); slices.Contains(got, AlarmTree) {
		t.Errorf("after the package: alarms %q", got)
	}
	w.sound()
}

func TestRaise(t *testing.T) {
	w := newWorld(t, 1)
	for range 2 {
		w.step(w.nodes[1], Raise{What: AlarmFiles, Detail: "serial 5"})
	}
	if got := w.alarms(1); !slices.Equal(got, []string{AlarmFiles}) {
		t.Errorf("alarms %q", got)
	}
}
