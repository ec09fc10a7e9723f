package demo

import (
	"bytes"
	"testing"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss"
	"github.com/blackstart-mesh/blackstart/radio"
)

// collector reads a link's events until it is closed.
type collector struct {
	link  *bridge.Link
	heard chan []byte
	up    chan bool
}

func listenTo(t *testing.T, url string) *collector {
	t.Helper()
	l, err := kiss.Open(url, bridge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{link: l, heard: make(chan []byte, 100), up: make(chan bool, 100)}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	go func() {
		for {
			e, err := l.Receive()
			if err != nil {
				return
			}
			switch e := e.(type) {
			case radio.Up:
				c.up <- true
			case radio.Heard:
				c.heard <- e.Data
			}
		}
	}()
	return c
}

// modems are KISS modems that hear each other.
func modems(t *testing.T) *emulated {
	t.Helper()
	kiss, ok := modelOf(KISS, 9600)
	m, err := emulate(kiss, 1, stations)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	return m
}

// What one node sends, all others hear, and itself does not.
func TestModemCarriesFrames(t *testing.T) {
	m := modems(t)
	defer m.Close()
	var nodes [stations]*collector
	for i := range nodes {
		nodes[i] = listenTo(t, m.url(i))
		<-nodes[i].up
	}
	want := []byte("a frame with \xc0 and \xdb in it")
	if err := nodes[0].link.Send(radio.Frame{Data: want}); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < stations; i++ {
		if got := <-nodes[i].heard; !bytes.Equal(got, want) {
			t.Errorf("station %d heard %q, want %q", i, got, want)
		}
	}
	if len(nodes[0].heard) > 0 {
		t.Error("a station heard itself")
	}
	s := m.stats()
	if s.Frames != 1 || s.Bytes != uint64(len(want)) || s.AirtimeS <= 0 {
		t.Errorf("the channel counted %+v", s)
	}
}

// A modem outlives the node behind it.
func TestModemOutlivesClients(t *testing.T) {
	m := modems(t)
	listener := listenTo(t, m.url(1))
	<-listener.up
	for i := range 3 {
		l, err := kiss.Open(m.url(0), bridge.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if e, err := l.Receive(); err != nil {
			t.Fatalf("%v, %v", e, err)
		}
		text := append([]byte("a frame of client "), byte('0'+i))
		if err := l.Send(radio.Frame{Data: text}); err != nil {
			t.Fatal(err)
		}
		if got := <-listener.heard; !bytes.Equal(got, text) {
			t.Errorf("heard %q, want %q", got, text)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if got := m.stats(); got != (airStats{}) {
		t.Errorf("a closed channel counts %+v", got)
	}
}

// The story tells the speed of the channel as it is.
func TestOnAir(t *testing.T) {
	for radio, want := range map[string]int{KISS: 1200, DireWolf: 1200, RNode: loraChannel().BitsPerSecond, Pipe: 9600, Ebyte: 15_360} {
		if got := (Options{Radio: radio, Rate: 1200}).onAir(); got != want {
			t.Errorf("%s: %d bit/s, want %d", radio, got, want)
		}
	}
}
