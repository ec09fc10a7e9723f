package rn2483

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/radio"
)

// started plays the set-up of a module.
func started(t *testing.T) *bridgetest.Conversation {
	t.Helper()
	c := bridgetest.Converse(t, Family(), "at+rn2483:///dev/a?freq=868.1M&sf=7")
	c.Does(bridge.Opened{}, "? \r\nsys get ver\r\n")
	c.Line("invalid_param")
	c.Line("RN2483 1.0.5 Oct 31 2018 15:06:52", "mac pause")
	c.Line("4294967245", "radio rxstop")
	for _, set := range []string{"mod lora", "freq 868100000", "pwr 14", "sf sf7", "bw 125", "cr 4/5", "crc on", "iqi off", "sync 12", "prlen 8", "wdt 15000"} {
		c.Line("ok", "radio set "+set)
	}
	c.Line("ok", "radio rxstop")
	c.Line("ok", "radio get freq")
	c.Line("868100000", "radio get sf")
	c.Line("sf7", "radio rx 0")
	ready := bridgetest.Find[bridge.Ready](t, c.Line("ok"))
	if ready.About != "RN2483 1.0.5" || ready.Profile.MTU != 255 {
		t.Errorf("ready: %+v", ready)
	}
	return c
}

// rests answers what is said after a frame, and lets the others have their turn.
func rests(c *bridgetest.Conversation) {
	c.Line("ok")
	c.Pass(time.Minute)
}

func TestRecordedConversation(t *testing.T) {
	c := started(t)
	c.Does(bridge.Transmit{Data: []byte("Hello")}, "radio rxstop\r\n")
	c.Line("ok", "radio tx 48656C6C6F")
	c.Line("ok")
	if sent := bridgetest.Find[bridge.Sent](t, c.Line("radio_tx_ok", "radio rx 0")); sent.Err != nil {
		t.Error(sent.Err)
	}
	rests(c)
	for _, line := range []string{"radio_rx  48656C6C6F", "radio_rx 48656C6C6F"} {
		c.Line(line, "radio get snr")
		c.Line("-7", "radio get rssi")
		heard := bridgetest.Find[bridge.Heard](t, c.Line("-112", "radio rx 0"))
		if !bytes.Equal(heard.Data, []byte("Hello")) || *heard.Signal != (radio.Signal{RSSI: -112, SNR: -7}) {
			t.Errorf("%q: heard %+v", line, heard)
		}
		c.Line("ok")
	}
	c.Line("radio_err", "radio rxstop") // the watchdog, or a damaged packet
	c.Line("ok", "radio get freq")
	c.Line("868100000", "radio get sf")
	c.Line("sf7", "radio rx 0")
	c.Line("ok")
	c.Does(bridge.Leave{}, "radio rxstop\r\n")
}

// A packet that came just before its reception was stopped is not lost.
func TestPacketOnItsWay(t *testing.T) {
	c := started(t)
	c.Does(bridge.Transmit{Data: []byte{1}}, "radio rxstop\r\n")
	if heard := bridgetest.Find[bridge.Heard](t, c.Line("radio_rx  02")); heard.Signal != nil || !bytes.Equal(heard.Data, []byte{2}) {
		t.Errorf("heard %+v", heard)
	}
	c.Line("ok", "radio tx 01")
	c.Line("ok")
	bridgetest.Find[bridge.Sent](t, c.Line("radio_tx_ok", "radio rx 0"))
}

// A frame that the watchdog ended was not sent, one that the module is too busy
// for is handed over again.
func TestBusyAndWatchdog(t *testing.T) {
	c := started(t)
	c.Does(bridge.Transmit{Data: []byte{1}}, "radio rxstop\r\n")
	c.Line("ok", "radio tx 01")
	c.Line("busy")
	c.Pass(time.Second)
	c.Does(bridge.Tick{}, "radio tx 01\r\n")
	c.Line("ok")
	sent := bridgetest.Find[bridge.Sent](t, c.Line("radio_err", "radio rx 0"))
	if sent.Err == nil || sent.Err.Error() != "the radio says radio_err: its watchdog ended the transmission" {
		t.Errorf("sent: %v", sent.Err)
	}
}

// A module that started anew is found out, by what it says or by its settings.
func TestRestart(t *testing.T) {
	c := started(t)
	if f := bridgetest.Find[bridge.Fail](t, c.Line("RN2483 1.0.5 Oct 31 2018 15:06:52")); f.Err != errRestart {
		t.Error(f.Err)
	}
	c = started(t)
	c.Line("radio_err", "radio rxstop")
	c.Line("ok", "radio get freq")
	c.Line("868100000", "radio get sf")
	bridgetest.Find[bridge.Fail](t, c.Line("sf12"))
}

// The watchdog lets the longest transmission pass.
func TestWatchdog(t *testing.T) {
	for sf := 7; sf <= 12; sf++ {
		u, err := bridge.ParseURL(fmt.Sprintf("at+rn2483:///dev/a?freq=868M&cr=8&preamble=1000&sf=%d", sf), Scheme, Params())
		if err != nil {
			t.Fatal(err)
		}
		if v := read(u); v.watchdog() < v.lora.OnAir(MaxData)+v.lora.OnAir(MaxData)/2 {
			t.Errorf("sf=%d: the watchdog barks after %v, a transmission takes %v", sf, v.watchdog(), v.lora.OnAir(MaxData))
		}
	}
}

func FuzzParsePacket(f *testing.F) {
	f.Add([]byte("radio_rx  48656C6C6F"))
	f.Add([]byte("radio_rx "))
	f.Fuzz(func(t *testing.T, line []byte) {
		data, ok := ParsePacket(line)
		if again, ok2 := ParsePacket(fmt.Appendf(nil, "radio_rx  %X", data)); ok && (!ok2 || !bytes.Equal(again, data)) {
			t.Fatalf("%x became %x", data, again)
		}
	})
}

func TestBounded(t *testing.T) {
	bound.Bound{Times: 8, Plus: 4 << 10}.Decoding(t, func(b []byte) { _, _ = ParsePacket(b) }, bound.Texts("radio_rx  48656C6C6F")...)
}
