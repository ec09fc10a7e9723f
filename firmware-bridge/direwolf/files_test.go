package direwolf

import (
	"slices"
	"testing"
	"time"
)

func TestFiles(t *testing.T) {
	p := place{dir: "/air", name: "b", kiss: 20001, feed: 20002}
	c := Config{Stations: 2, Baud: 9600, TXDelay: 100 * time.Millisecond, TXTail: 30 * time.Millisecond,
		Persist: []int{63, 80}, Slot: []time.Duration{100 * time.Millisecond, 110 * time.Millisecond}}
	const alsa = `pcm.air {
  type file
  slave.pcm { type null }
  file "/air/b.pcm"
  format "raw"
}
`
	if got := p.alsa(); got != alsa {
		t.Errorf("ALSA configuration:\n%s", got)
	}
	const modem = `ADEVICE udp:20002 air
ARATE 44100
ACHANNELS 1
CHANNEL 0
MYCALL N0CALL-2
MODEM 9600
TXDELAY 10
TXTAIL 3
SLOTTIME 11
PERSIST 80
AGWPORT 0
KISSPORT 20001
`
	if got := p.modem(c, 1); got != modem {
		t.Errorf("modem configuration:\n%s", got)
	}
	const url = "kiss+tcp://127.0.0.1:20001?rate=9600&txdelay=100ms&persist=80&slot=110ms&tail=30ms"
	if got := p.url(c, 1); got != url {
		t.Errorf("URL %s, want %s", got, url)
	}
	if got := c.options(); len(got) != 0 {
		t.Errorf("options %q, want none", got)
	}
	c.Baud, c.FX25 = 1200, true
	const corrected = "kiss+tcp://127.0.0.1:20001?rate=750&txdelay=100ms&persist=80&slot=110ms&tail=30ms&mtu=180"
	if got := p.url(c, 1); got != corrected {
		t.Errorf("URL with FX.25 %s, want %s", got, corrected)
	}
	if got := c.options(); !slices.Equal(got, []string{"-X", "1"}) {
		t.Errorf("options with FX.25 %q", got)
	}
}
