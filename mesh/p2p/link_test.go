package p2p

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Each transport alone, and both, with the address on either side.
func TestTwoNodesExchangeFrames(t *testing.T) {
	t.Parallel()
	both := loopback
	for _, c := range []struct {
		name      string
		listen    []string
		lowerDial bool
	}{
		{"QUIC", both[:1], true},
		{"TCP", both[1:], true},
		{"both", both, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOperator(1)
			m := o.enrolAll(1, 2)
			if !c.lowerDial {
				m[0], m[1] = m[1], m[0]
			}
			roster := o.roster(m...)
			a := start(t, m[0], roster, func(cfg *Config) { cfg.Listen = c.listen })
			b := start(t, m[1], roster, peersOf(a))
			meet(t, a, b)
			for _, size := range []int{1, 200, radio.MaxMTU} {
				exchange(t, a, b, size)
				exchange(t, b, a, size)
			}
		})
	}
}

func exchange(t *testing.T, from, to *station, size int) {
	t.Helper()
	for i, target := range []radio.Frame{{}, {To: to.cfg.Self}} {
		from.exchanges++ // so that no two frames of a test are the same
		data := bytes.Repeat([]byte{byte(16*from.exchanges) + byte(from.cfg.Self), byte(i), byte(size)}, size/3+1)[:size]
		if err := from.send(t, radio.Frame{To: target.To, Data: data}); err != nil {
			t.Fatalf("frame of %d bytes to %v: %v", size, target.To, err)
		}
		await.Until(t, patience, fmt.Sprintf("a frame of %d bytes", size), func() bool {
			times, sender := to.hears(data)
			return times == 1 && sender == from.cfg.Self
		})
	}
}

func TestSendKeepsItsContract(t *testing.T) {
	t.Parallel()
	o := newOperator(2)
	m := o.enrolAll(1, 2)
	a := start(t, m[0], o.roster(m...), nil)
	if err := a.Send(radio.Frame{Data: make([]byte, radio.MaxMTU+1)}); !errors.Is(err, radio.ErrTooLong) {
		t.Errorf("a frame above the MTU: %v", err)
	}
	if err := a.Send(radio.Frame{}); err == nil {
		t.Error("an empty frame was taken")
	}
	if err := a.send(t, radio.Frame{Data: []byte("to nobody in particular")}); err != nil {
		t.Errorf("a frame for all while alone: %v", err)
	}
	if err := a.send(t, radio.Frame{To: 2, Data: []byte("x")}); err == nil {
		t.Error("a frame for a node that is no neighbour was reported as sent")
	}
	a.busy.Store(true)
	if err := a.Send(radio.Frame{Data: []byte("x")}); err != radio.ErrBusy {
		t.Errorf("a second frame: %v", err)
	}
	a.Close()
	if err := a.Send(radio.Frame{Data: []byte("x")}); err != radio.ErrClosed {
		t.Errorf("a frame after Close: %v", err)
	}
	if _, err := a.Receive(); err != radio.ErrClosed {
		t.Errorf("receive after Close: %v", err)
	}
}

func TestPeerIsBackAfterRestart(t *testing.T) {
	t.Parallel()
	for _, restarted := range []int{0, 1} { // the side that opens sessions, and the other
		t.Run(fmt.Sprint(restarted), func(t *testing.T) {
			o := newOperator(3)
			m := o.enrolAll(1, 2)
			roster := o.roster(m...)
			stays, goes := m[1-restarted], m[restarted]
			b := start(t, goes, roster, nil)
			a := start(t, stays, roster, peersOf(b))
			meet(t, a, b)
			b.Close()
			await.Until(t, patience, "the end of the contact", func() bool { return !a.sees(goes.cert.Number) })
			again := start(t, goes, roster, func(c *Config) { c.Listen = listening(b) })
			meet(t, a, again)
			exchange(t, a, again, 100)
			exchange(t, again, a, 100)
		})
	}
}

// listening returns where a closed station listened.
func listening(s *station) []string {
	var all []string
	for _, a := range s.addresses {
		addr, _, _ := strings.Cut(a, "/p2p/")
		all = append(all, addr)
	}
	return all
}

func TestOpenNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	o := newOperator(4)
	m := o.enrolAll(1, 2)
	taken := start(t, m[0], o.roster(m...), nil)
	for name, c := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"no key":           {func(c *Config) { c.Private = nil }, "private key"},
		"other number":     {func(c *Config) { c.Self = 7 }, "node 2, not of 7"},
		"other key":        {func(c *Config) { c.Private = m[0].private }, "another key"},
		"heartbeat":        {func(c *Config) { c.Heartbeat = 1 }, "heartbeat 1ns"},
		"listen nonsense":  {func(c *Config) { c.Listen = []string{"0.0.0.0:1"} }, "0.0.0.0:1"},
		"listen websocket": {func(c *Config) { c.Listen = []string{"/ip4/127.0.0.1/tcp/0/ws"} }, "/ws"},
		"listen name":      {func(c *Config) { c.Listen = []string{"/dns4/localhost/tcp/0"} }, "localhost"},
		"peer nonsense":    {func(c *Config) { c.Peers = []string{"somewhere"} }, "somewhere"},
		"peer by relay":    {func(c *Config) { c.Peers = []string{"/ip4/127.0.0.1/tcp/1/p2p-circuit"} }, "p2p-circuit"},
		"dnsaddr":          {func(c *Config) { c.Peers = []string{"/dnsaddr/example.org"} }, "dnsaddr"},
		"UDP port taken":   {func(c *Config) { c.Listen = listening(taken)[1:] }, listening(taken)[1]},
		"TCP port taken":   {func(c *Config) { c.Listen = listening(taken)[:1] }, listening(taken)[0]},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := Config{
				Private: m[1].private, Self: 2, Certificate: m[1].cert, Listen: loopback,
				Roster: taken.roster.Load, Verifier: taken.cfg.Verifier,
			}
			c.change(&cfg)
			l, err := Open(cfg)
			if err == nil {
				l.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %q does not name %q", err, c.want)
			}
		})
	}
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	o := newOperator(5)
	m := o.enrolAll(1, 2)
	roster := o.roster(m...)
	round := func() {
		a := start(t, m[0], roster, func(c *Config) { c.MDNS = true })
		b := start(t, m[1], roster, peersOf(a))
		meet(t, a, b)
		exchange(t, a, b, 50)
		a.Close()
		b.Close()
	}
	round() // what libraries start once and keep is there from now on
	before := runtime.NumGoroutine()
	round()
	await.Until(t, patience, "all goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
}
