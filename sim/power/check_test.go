package power

import (
	"strings"
	"testing"
	"time"
)

func TestRefused(t *testing.T) {
	two := []int{0, 1}
	supply := func(change func(*Supply)) func(*Plan) {
		return func(p *Plan) {
			s := Supply{Name: "x", Nodes: two, Battery: always(h)}
			change(&s)
			p.Supplies = append(p.Supplies, s)
		}
	}
	strike := func(change func(*Strike)) func(*Plan) {
		return func(p *Plan) {
			s := Strike{Name: "x", Nodes: two}
			change(&s)
			p.Strikes = append(p.Strikes, s)
		}
	}
	restart := func(change func(*Restart)) func(*Plan) {
		return func(p *Plan) {
			r := Restart{Name: "x", Nodes: two, Every: h, Down: always(time.Minute)}
			change(&r)
			p.Restarts = append(p.Restarts, r)
		}
	}
	for want, change := range map[string]func(*Plan){
		"a run of 0s":           func(p *Plan) { p.End = 0 },
		`supply 0 is called ""`: supply(func(s *Supply) { s.Name = "" }),
		`supply 1 is called "x": want a name that no other has`: func(p *Plan) {
			p.Supplies = make([]Supply, 2)
			p.Supplies[0] = Supply{Name: "x", Nodes: two}
			p.Supplies[1] = p.Supplies[0]
		},
		`supply "y": node 1 has supply "x" already`:               func(p *Plan) { p.Supplies = []Supply{{Name: "x", Nodes: two}, {Name: "y", Nodes: []int{1}}} },
		`supply "x" is of no node`:                                supply(func(s *Supply) { s.Nodes = nil }),
		`supply "x" is of node 5: want 0 to 1`:                    supply(func(s *Supply) { s.Nodes = []int{5} }),
		`supply "x" lists node 1 twice`:                           supply(func(s *Supply) { s.Nodes = []int{1, 1} }),
		"a battery of 2h0m0s to 1h0m0s":                           supply(func(s *Supply) { s.Battery = Span{2 * h, h} }),
		"a battery of 1ms to 1h0m0s: want them in order, from 1s": supply(func(s *Supply) { s.Battery = Span{time.Millisecond, h} }),
		"a swap of -1h0m0s":                                       supply(func(s *Supply) { s.Portable, s.Swap = true, Span{-h, h} }),
		"101 % without a battery":                                 supply(func(s *Supply) { s.Without = 101 }),
		"charges for -1h0m0s":                                     supply(func(s *Supply) { s.Charge = -h }),
		"boots for -1h0m0s":                                       supply(func(s *Supply) { s.Boot = -h }),
		"portable without a battery":                              supply(func(s *Supply) { s.Portable, s.Battery = true, Span{} }),
		"portable and charged in 1h0m0s":                          supply(func(s *Supply) { s.Portable, s.Charge = true, h }),
		"on mains and with a swap":                                supply(func(s *Supply) { s.Swap = always(h) }),
		"words about a battery":                                   supply(func(s *Supply) { s.Battery, s.Charge = Span{}, h }),
		"hits 101 %":                                              strike(func(s *Strike) { s.Percent = 101 }),
		"lasts of 2h0m0s to 1h0m0s":                               strike(func(s *Strike) { s.Lasts = Span{2 * h, h} }),
		"at 21h0m0s, spread over 0s":                              strike(func(s *Strike) { s.At = 21 * h }),
		"50 % come back at 2h0m0s, 110 %":                         strike(func(s *Strike) { s.Returns = []Return{{h, 60}, {2 * h, 50}} }),
		"0 % come back at 1h0m0s":                                 strike(func(s *Strike) { s.Returns = []Return{{h, 0}} }),
		"10 % come back at 1h0m0s: want that in order, and not before 3h0m0s": strike(func(s *Strike) { s.At, s.Spread, s.Returns = 2*h, h, []Return{{h, 10}} }),
		"on for 1h0m0s on average and for 1h0m0s":                             restart(func(r *Restart) { r.Up = always(h) }),
		"off for no time":           restart(func(r *Restart) { r.Down = Span{} }),
		"goes on and off every 2ms": restart(func(r *Restart) { r.Every, r.Down = time.Millisecond, always(time.Millisecond) }),
		"from 2h0m0s to 1h0m0s":     restart(func(r *Restart) { r.Begin, r.End = 2*h, h }),
		"more than 1048576 times on or off": func(p *Plan) {
			p.End = 8000 * h
			restart(func(r *Restart) { r.Every, r.Down = time.Second, always(time.Second) })(p)
		},
	} {
		p := Plan{Nodes: 2, End: 20 * h}
		change(&p)
		if _, err := p.Changes(luckOf(1)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
