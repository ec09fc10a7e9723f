package rui3

import (
	"bytes"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/radio"
)

// A new module, which works in the mode for LoRaWAN.
func TestRecordedConversation(t *testing.T) {
	c := bridgetest.Converse(t, Family(), "at+rui3:///dev/a?freq=868M&sf=7&sync=1424")
	c.Does(bridge.Opened{}, "? \r\nAT+VER=?\r\n")
	c.Line("AT+VER=RUI_4.0.6_RAK3172-E", "AT+NWM=?")
	c.Line("OK")
	c.Line("AT+NWM=1")
	c.Line("OK", "AT+NWM=0")
	c.Line("RAKwireless RAK3172-E Example")
	c.Line("------------------------------------------------------")
	c.Line("Current Work Mode: LoRa P2P.", "AT+NWM=?")
	c.Line("AT+NWM=0")
	c.Line("OK", "AT+PRECV=0")
	c.Line("OK", "AT+P2P=?")
	c.Line("AT+P2P=868000000:7:0:0:8:14")
	c.Line("OK", "AT+P2P=868000000:7:0:0:10:14")
	c.Line("OK", "AT+P2P=?")
	c.Line("AT+P2P=868000000:7:0:0:10:14")
	c.Line("OK", "AT+SYNCWORD=?")
	c.Line("AT+SYNCWORD=1424")
	c.Line("OK", "AT+CAD=?")
	c.Line("AT+CAD=0")
	c.Line("OK", "AT+CAD=1")
	c.Line("OK", "AT+CAD=?")
	c.Line("AT+CAD=1")
	c.Line("OK", "AT+PRECV=65533")
	ready := bridgetest.Find[bridge.Ready](t, c.Line("OK"))
	if ready.About != "RUI 4.0.6 RAK3172-E, listens before it transmits" || ready.Profile.MTU != 250 {
		t.Errorf("ready: %+v", ready)
	}
	c.Does(bridge.Transmit{Data: []byte("Hello")}, "AT+PSEND=48656C6C6F\r\n")
	c.Line("OK")
	if sent := bridgetest.Find[bridge.Sent](t, c.Line("+EVT:TXP2P DONE", "AT+PRECV=65533")); sent.Err != nil {
		t.Error(sent.Err)
	}
	c.Line("AT_BUSY_ERROR") // it receives on
	c.Does(bridge.Leave{}, "AT+PRECV=0\r\n")
}

// started returns a conversation with a module that agrees with everything but
// that it cannot listen before it transmits.
func started(t *testing.T) *bridgetest.Conversation {
	t.Helper()
	c := bridgetest.Converse(t, Family(), "at+rui3:///dev/a?freq=868M&sf=7")
	c.Does(bridge.Opened{}, "? \r\nAT+VER=?\r\n")
	c.Line("AT+VER=RUI_3.4.1_RAK3172", "AT+NWM=?")
	c.Line("AT+NWM=0")
	c.Line("OK", "AT+PRECV=0")
	c.Line("OK", "AT+P2P=?")
	c.Line("AT+P2P=868000000:7:125:0:10:14")
	c.Line("OK", "AT+CAD=?")
	c.Line("AT_ERROR", "AT+PRECV=65533")
	bridgetest.Find[bridge.Ready](t, c.Line("OK"))
	return c
}

func TestReceptionInEitherForm(t *testing.T) {
	c := started(t)
	for _, lines := range [][]string{{"+EVT:RXP2P:-30:6:48656C6C6F"}, {"+EVT:RXP2P, RSSI -30, SNR 6", "+EVT:48656C6C6F"}} {
		var out []bridge.Output
		for _, line := range lines {
			out = c.Line(line)
		}
		heard := bridgetest.Find[bridge.Heard](t, out)
		if !bytes.Equal(heard.Data, []byte("Hello")) || *heard.Signal != (radio.Signal{RSSI: -30, SNR: 6}) {
			t.Errorf("%q: heard %+v", lines, heard)
		}
	}
	if out := c.Line("+EVT:48656C6C6F"); len(out) > 0 {
		t.Errorf("a second line without a first made %+v", out)
	}
	c.Line("+EVT:RXP2P RECEIVE ERROR")
	c.Line("+EVT:RXP2P RECEIVE TIMEOUT", "AT+PRECV=65533")
	c.Line("OK")
}

// A frame that the module does not take now is handed over again, and one that it
// refuses is not sent.
func TestBusyAndRefused(t *testing.T) {
	c := started(t)
	c.Does(bridge.Transmit{Data: []byte{1}}, "AT+PSEND=01\r\n")
	for _, word := range []string{"AT_BUSY_ERROR", "+EVT:TXP2P ERROR"} {
		c.Line(word)
		c.Pass(time.Second)
		c.Does(bridge.Tick{}, "AT+PSEND=01\r\n")
	}
	c.Line("+EVT:RXP2P:-30:6:00") // meanwhile
	c.Line("OK")
	bridgetest.Find[bridge.Sent](t, c.Line("+EVT:TXP2P DONE", "AT+PRECV=65533"))
	c.Line("OK")
	c.Pass(time.Minute) // the others' turn
	c.Does(bridge.Transmit{Data: []byte{1}}, "AT+PSEND=01\r\n")
	sent := bridgetest.Find[bridge.Sent](t, c.Line("AT_PARAM_ERROR", "AT+PRECV=65533"))
	if sent.Err == nil || sent.Err.Error() != "the radio says AT_PARAM_ERROR: it takes no such value" {
		t.Errorf("sent: %v", sent.Err)
	}
}

// Firmware that writes bandwidths the other way is told so too.
func TestEitherBandwidth(t *testing.T) {
	c := bridgetest.Converse(t, Family(), "at+rui3:///dev/a?freq=868M&sf=7&bw=250k")
	c.Does(bridge.Opened{}, "? \r\nAT+VER=?\r\n")
	c.Line("AT+VER=RUI_3.4.1_RAK3172", "AT+NWM=?")
	c.Line("AT+NWM=0")
	c.Line("OK", "AT+PRECV=0")
	c.Line("OK", "AT+P2P=?")
	c.Line("AT+P2P=868000000:7:125:0:8:14")
	c.Line("OK", "AT+P2P=868000000:7:250:0:10:14")
	c.Line("AT_PARAM_ERROR", "AT+P2P=868000000:7:1:0:10:14")
	c.Line("OK", "AT+P2P=?")
	c.Line("AT+P2P=868000000:7:1:0:10:14")
	c.Line("OK", "AT+CAD=?")
}
