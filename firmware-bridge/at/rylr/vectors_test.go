package rylr

import (
	"bytes"
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/radio"
)

// rests answers what is asked after a frame, and lets the others have their turn.
func rests(c *bridgetest.Conversation) {
	c.Line("+BAND=868500000", "AT+PARAMETER?")
	c.Line("+PARAMETER=9,7,1,12")
	c.Pass(time.Minute)
}

// A module of the first generation as it comes out of its box.
func TestRecordedConversation(t *testing.T) {
	c := bridgetest.Converse(t, Family(), "at+rylr:///dev/a?freq=868.5M&sf=12&power=15&network=6&preamble=4")
	c.Does(bridge.Opened{}, "? \r\nAT+VER?\r\n")
	c.Line("+ERR=1")
	c.Line("+VER=RYLR89C_V1.2.7", "AT+MODE?")
	c.Line("+MODE=0", "AT+ADDRESS?")
	c.Line("+ADDRESS=116", "AT+ADDRESS=0")
	c.Line("+OK", "AT+ADDRESS?")
	c.Line("+ADDRESS=0", "AT+NETWORKID?")
	c.Line("+NETWORKID=6", "AT+BAND?")
	c.Line("+BAND=915000000", "AT+BAND=868500000")
	c.Line("+OK", "AT+BAND?")
	c.Line("+BAND=868500000", "AT+PARAMETER?")
	c.Line("+PARAMETER=12,7,1,4", "AT+CRFOP?")
	ready := bridgetest.Find[bridge.Ready](t, c.Line("+CRFOP=15"))
	if ready.About != "RYLR89C V1.2.7" || ready.Profile.MTU != 196 {
		t.Errorf("ready: %+v", ready)
	}
	c.Does(bridge.Transmit{Data: []byte{1, 0, 0, 0}}, "AT+SEND=0,5,!53f#\r\n")
	if sent := bridgetest.Find[bridge.Sent](t, c.Line("+OK", "AT+BAND?")); sent.Err != nil {
		t.Error(sent.Err)
	}
}

func TestReceptions(t *testing.T) {
	for line, want := range map[string]*Received{
		"+RCV=50,5,HELLO,-99,40":   {50, []byte("HELLO"), radio.Signal{RSSI: -99, SNR: 40}},
		"+RCV=0,7,a,b,\r\nc,-71,9": {0, []byte("a,b,\r\nc"), radio.Signal{RSSI: -71, SNR: 9}},
		"+RCV=1,0,,-1,-12":         {1, []byte{}, radio.Signal{RSSI: -1, SNR: -12}},
		"+RCV=1,2,abc,-1,-1":       nil,
		"+RCV=1,4,abc,-1,-1":       nil,
		"+RCV=1,3,abc":             nil,
		"+RCV=1,3,abc,-1":          nil,
		"+RCV=65536,1,a,-1,1":      nil,
		"+RCV=1,-1,a,-1,1":         nil,
		"+RCV=1,241," + strings.Repeat("a", 241) + ",-1,1": nil,
		"+RCV=": nil,
		"+OK":   nil,
	} {
		got, ok := ParseReceived([]byte(line))
		if ok != (want != nil) || ok && (got.From != want.From || !bytes.Equal(got.Data, want.Data) || got.Signal != want.Signal) {
			t.Errorf("%q: %+v %v, want %+v", line, got, ok, want)
		}
	}
}

// started returns a conversation with a module that agrees with everything.
func started(t *testing.T) *bridgetest.Conversation {
	t.Helper()
	c := bridgetest.Converse(t, Family(), "at+rylr:///dev/a?freq=868.5M")
	c.Does(bridge.Opened{}, "? \r\nAT+VER?\r\n")
	c.Line("+VER=RYLR998_REYAX_V1.2.2", "AT+MODE?")
	c.Line("+MODE=0", "AT+ADDRESS?")
	c.Line("+ADDRESS=0", "AT+NETWORKID?")
	c.Line("+NETWORKID=6", "AT+BAND?")
	c.Line("+BAND=868500000", "AT+PARAMETER?")
	c.Line("+PARAMETER=9,7,1,12", "AT+CRFOP?")
	c.Line("+CRFOP=14")
	return c
}

// A stranger's packet that holds the module's own words means nothing.
func TestWordsInAPacket(t *testing.T) {
	c := started(t)
	c.Does(bridge.Transmit{Data: []byte{0}}, "AT+SEND=0,2,!!\r\n")
	for _, o := range c.Line("+RCV=9,13,\r\n+OK\r\n+ERR=5,-71,9") {
		t.Errorf("a packet with words in it made %+v", o)
	}
	bridgetest.Find[bridge.Sent](t, c.Line("+OK", "AT+BAND?"))
	rests(c)
	heard := bridgetest.Find[bridge.Heard](t, c.Line("+RCV=9,5,!53f#,-71,9"))
	if !bytes.Equal(heard.Data, []byte{1, 0, 0, 0}) || *heard.Signal != (radio.Signal{RSSI: -71, SNR: 9}) {
		t.Errorf("heard %+v", heard)
	}
}

// A frame that comes too early is handed over again, and only that one.
func TestTooEarly(t *testing.T) {
	c := started(t)
	c.Does(bridge.Transmit{Data: []byte{0}}, "AT+SEND=0,2,!!\r\n")
	c.Line("+ERR=17")
	c.Line("+ERR=12") // a damaged packet meanwhile is no answer
	c.Pass(time.Second)
	c.Does(bridge.Tick{}, "AT+SEND=0,2,!!\r\n")
	c.Line("+ERR=19")
	if sent := bridgetest.Find[bridge.Sent](t, c.Line("+OK", "AT+BAND?")); sent.Err != nil {
		t.Error(sent.Err)
	}
}

// What the module refuses is not sent, and the next frame is taken.
func TestRefusedFrame(t *testing.T) {
	c := started(t)
	for _, n := range []string{"5", "10"} {
		c.Does(bridge.Transmit{Data: []byte{0}}, "AT+SEND=0,2,!!\r\n")
		sent := bridgetest.Find[bridge.Sent](t, c.Line("+ERR="+n, "AT+BAND?"))
		if sent.Err == nil || !strings.Contains(sent.Err.Error(), "+ERR="+n) {
			t.Errorf("+ERR=%s: sent %v", n, sent.Err)
		}
		rests(c)
	}
	c.Does(bridge.Transmit{Data: []byte{0}}, "AT+SEND=0,2,!!\r\n")
	bridgetest.Find[bridge.Sent](t, c.Line("+OK", "AT+BAND?"))
	rests(c)
	for range 2 {
		c.Does(bridge.Transmit{Data: []byte{0}}, "AT+SEND=0,2,!!\r\n")
		bridgetest.Find[bridge.Sent](t, c.Line("+ERR=10", "AT+BAND?"))
		rests(c)
	}
	c.Does(bridge.Transmit{Data: []byte{0}}, "AT+SEND=0,2,!!\r\n")
	bridgetest.Find[bridge.Fail](t, c.Line("+ERR=10")) // it is set up anew
}

// A module that starts anew has forgotten its band.
func TestRestart(t *testing.T) {
	c := started(t)
	if f := bridgetest.Find[bridge.Fail](t, c.Line("+READY")); f.Err != errRestart {
		t.Error(f.Err)
	}
	c = started(t) // and is found out when its word about it was lost
	c.Does(bridge.Transmit{Data: []byte{0}}, "AT+SEND=0,2,!!\r\n")
	c.Line("+OK", "AT+BAND?")
	bridgetest.Find[bridge.Fail](t, c.Line("+BAND=915000000"))
}

func TestAirtimeCountsWhatTheModuleAdds(t *testing.T) {
	u, err := bridge.ParseURL("at+rylr:///dev/a?freq=868.5M&sf=7", Scheme, Params())
	if err != nil {
		t.Fatal(err)
	}
	_, p, err := newDriver(u)
	if err != nil {
		t.Fatal(err)
	}
	v := read(u)
	for n := 1; n <= MaxData; n++ {
		exact, told := v.lora().OnAir(added+TextLen(n)), p.Airtime(n)
		if d := (told - exact).Abs(); d > 15*time.Millisecond {
			t.Errorf("%d bytes: told %v, on the air %v", n, told, exact)
		}
	}
}
