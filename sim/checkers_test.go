package sim

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/store"
)

// faulty is a real node whose effects somebody has got at.
type faulty struct {
	*mesh.Node
	spoil func(effects []mesh.Effect) []mesh.Effect
	late  bool // its deadline never moves
}

func (f *faulty) Step(now clock.Reading, ev mesh.Event) []mesh.Effect {
	return f.spoil(f.Node.Step(now, ev))
}

func (f *faulty) Deadline() (clock.Instant, bool) {
	if f.late {
		return 0, true
	}
	return f.Node.Deadline()
}

// each applies change to every effect of one type.
func each[E mesh.Effect](change func(E) []mesh.Effect) func([]mesh.Effect) []mesh.Effect {
	return func(effects []mesh.Effect) (out []mesh.Effect) {
		for _, e := range effects {
			if e, ok := e.(E); ok {
				out = append(out, change(e)...)
				continue
			}
			out = append(out, e)
		}
		return out
	}
}

// commitsLast breaks the first rule: everything leaves before it is durable.
func commitsLast(effects []mesh.Effect) []mesh.Effect {
	slices.SortStableFunc(effects, func(a, b mesh.Effect) int {
		_, x := a.(mesh.Commit)
		_, y := b.(mesh.Commit)
		switch {
		case x && !y:
			return 1
		case y && !x:
			return -1
		}
		return 0
	})
	return effects
}

// TestCheckersNotice: each kind of wrong is found, and called by its name.
func TestCheckersNotice(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func([]mesh.Effect) []mesh.Effect
		late  bool
		want  string
	}{
		"acknowledged before the commit": {spoil: commitsLast, want: "not durable"},
		"nothing is written": {want: "not durable", spoil: each(func(e mesh.Commit) []mesh.Effect {
			return []mesh.Effect{mesh.Commit{Batch: new(store.Batch)}}
		})},
		"text in clear": {want: "in clear", spoil: each(func(e mesh.Transmit) []mesh.Effect {
			e.Frame.Data = []byte("...." + marker)
			return []mesh.Effect{e}
		})},
		"a flipped bit": {want: "nobody can open", spoil: each(func(e mesh.Transmit) []mesh.Effect {
			e.Frame.Data[7] ^= 1
			return []mesh.Effect{e}
		})},
		"two frames at once": {want: "outstanding", spoil: each(func(e mesh.Transmit) []mesh.Effect {
			return []mesh.Effect{e, e}
		})},
		"shown twice": {want: "twice", spoil: each(func(e mesh.Deliver) []mesh.Effect {
			return []mesh.Effect{e, e}
		})},
		"another text": {want: "nobody sent", spoil: each(func(e mesh.Deliver) []mesh.Effect {
			e.Message.Text += "!"
			return []mesh.Effect{e}
		})},
		"a state that is not true": {want: "its disk says", spoil: each(func(e mesh.Update) []mesh.Effect {
			e.Message.State = mesh.Delivered
			return []mesh.Effect{e}
		})},
		"a holder that holds nothing": {want: "held by node 2", spoil: func(effects []mesh.Effect) []mesh.Effect {
			effects = each(func(e mesh.Commit) []mesh.Effect {
				for i, op := range e.Batch.Ops {
					e.Batch.Ops[i].Value = []byte(strings.Replace(string(op.Value), `"Held":null`, `"Held":[2]`, 1))
				}
				return []mesh.Effect{e}
			})(effects)
			return each(func(e mesh.Update) []mesh.Effect {
				if len(e.Message.Held) == 0 {
					e.Message.Held = []ident.Number{2}
				}
				return []mesh.Effect{e}
			})(effects)
		}},
		"a clock that drives it mad": {want: "wakes", late: true, spoil: func(e []mesh.Effect) []mesh.Effect { return e }},
	} {
		t.Run(name, func(t *testing.T) {
			o := demo(6, 9600)
			o.Build = func(_ int, now clock.Reading, cfg mesh.Config) (Machine, error) {
				n, err := mesh.New(now, cfg)
				return &faulty{Node: n, spoil: c.spoil, late: c.late}, err
			}
			w := newWorld(t, o)
			w.Submit(Message{At: 5 * time.Second, From: 0, To: node(3), Precedence: bundle.Routine})
			w.Submit(Message{At: 6 * time.Second, From: 3, To: node(0), Precedence: bundle.Flash})
			w.RunUntil(2*time.Minute, func() bool { return w.Complete(true) })
			if v := w.Violations(); len(v) == 0 || !strings.Contains(strings.Join(v, "\n"), c.want) {
				t.Errorf("found %q, want %q", v, c.want)
			}
		})
	}
}

// TestLossIsNoticed: a record that disappears, and a message that never comes.
func TestLossIsNoticed(t *testing.T) {
	w := newWorld(t, demo(7, 9600))
	n := w.Submit(Message{At: time.Second, From: 0, To: node(3), Precedence: bundle.Routine})
	w.Cut(2, 3)
	w.RunFor(20 * time.Second)
	if w.Complete(false) || len(w.Missing(false)) != 2 {
		t.Errorf("missing across a cut: %q", w.Missing(false))
	}
	var lose store.Batch
	w.hosts[0].disk.Scan([]byte("l"), nil, func(key, _ []byte) bool {
		lose.Delete(slices.Clone(key))
		return true
	})
	if err := w.hosts[0].disk.Commit(&lose); err != nil {
		t.Fatal(err)
	}
	w.checkStores()
	if v := w.Violations(); len(v) == 0 || !strings.Contains(v[0], "is lost") {
		t.Errorf("message %d was taken from its origin's store; found %q", n, v)
	}
}
