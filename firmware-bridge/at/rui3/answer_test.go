package rui3

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/radio"
)

func TestPackets(t *testing.T) {
	for line, want := range map[string]*Packet{
		"+EVT:RXP2P:-28:5:48656C6C6F":   {[]byte("Hello"), radio.Signal{RSSI: -28, SNR: 5}},
		"+EVT:RXP2P:-112:-7:1234":       {[]byte{0x12, 0x34}, radio.Signal{RSSI: -112, SNR: -7}},
		"+EVT:RXP2P:-28:5:4865c":        nil,
		"+EVT:RXP2P:-28:5:xy":           nil,
		"+EVT:RXP2P:-28:48":             nil,
		"+EVT:RXP2P:-28:5:48:48":        nil,
		"+EVT:RXP2P:-99999:5:48":        nil,
		"+EVT:RXP2P RECEIVE TIMEOUT":    nil,
		"+EVT:RXP2P, RSSI -30, SNR 6":   nil,
		" +EVT:RXP2P:-28:5:48656C6C6F ": nil,
	} {
		got, ok := ParsePacket([]byte(line))
		if ok != (want != nil) || ok && (!bytes.Equal(got.Data, want.Data) || got.Signal != want.Signal) {
			t.Errorf("%q: %+v %v, want %+v", line, got, ok, want)
		}
	}
}

func TestVersions(t *testing.T) {
	for line, want := range map[string]int{
		"AT+VER=RUI_4.0.6_RAK3172-E": 4_000_006,
		"AT+VER=RUI_4.1.0_RAK4631":   4_001_000,
		"AT+VER=RUI_3.4.0_RAK3172":   3_004_000,
		"V1.0.2 Jun  4 2021":         1_000_002,
		"AT+VER=?":                   0,
		"AT+VER=RUI":                 0,
		"OK":                         0,
		"V":                          0,
	} {
		if text, order, ok := version([]byte(line)); ok != (want != 0) || order != want || ok && text == "" {
			t.Errorf("%q: %q %d %v, want %d", line, text, order, ok, want)
		}
	}
}

// Each word that a module may answer is said for people, in one line.
func TestWords(t *testing.T) {
	for _, word := range []string{"AT_ERROR", "AT_PARAM_ERROR", "AT_BUSY_ERROR", "AT_TEST_PARAM_OVERFLOW", "AT_RX_ERROR", "AT_MODE_NO_SUPPORT"} {
		s, ok := status([]byte(word))
		if !ok || strings.Contains(s.Error(), "not in its manual") || !strings.Contains(s.Error(), word) {
			t.Errorf("%s: %v %v", word, ok, s)
		}
	}
	for _, word := range []string{"OK", "AT_x\x1b", "AT+VER=1", "AT_" + strings.Repeat("A", 40)} {
		if s, ok := status([]byte(word)); ok {
			t.Errorf("%q is the word %v", word, s)
		}
	}
}

func FuzzParsePacket(f *testing.F) {
	f.Add([]byte("+EVT:RXP2P:-28:5:48656C6C6F"))
	f.Fuzz(func(t *testing.T, line []byte) {
		p, ok := ParsePacket(line)
		if !ok {
			return
		}
		again, ok := ParsePacket(fmt.Appendf(nil, "+EVT:RXP2P:%d:%d:%X", p.Signal.RSSI, int(p.Signal.SNR), p.Data))
		if !ok || !bytes.Equal(p.Data, again.Data) || p.Signal != again.Signal {
			t.Fatalf("%+v became %+v", p, again)
		}
	})
}

func FuzzParseSignal(f *testing.F) {
	f.Add([]byte("+EVT:RXP2P, RSSI -30, SNR 6"))
	f.Fuzz(func(t *testing.T, line []byte) {
		s, ok := ParseSignal(line)
		if again, ok2 := ParseSignal(fmt.Appendf(nil, "+EVT:RXP2P, RSSI %d, SNR %d", s.RSSI, int(s.SNR))); ok && (!ok2 || again != s) {
			t.Fatalf("%+v became %+v", s, again)
		}
	})
}

func FuzzParseData(f *testing.F) {
	f.Add([]byte("+EVT:48656C6C6F"))
	f.Fuzz(func(t *testing.T, line []byte) {
		data, ok := ParseData(line)
		if again, ok2 := ParseData(fmt.Appendf(nil, "+EVT:%x", data)); ok && (!ok2 || !bytes.Equal(again, data)) {
			t.Fatalf("%x became %x", data, again)
		}
	})
}

// What a module says of its settings is read without harm, whatever it says.
func FuzzParseP2P(f *testing.F) {
	f.Add("868000000:7:125:0:10:14")
	f.Add("868000000:7:9:0:10:14")
	f.Fuzz(func(t *testing.T, text string) {
		p, counted, ok := parseP2P(text)
		if !ok || p.bw < 0 {
			return
		}
		if again, _, ok := parseP2P(p.text(counted)); !ok || again != p {
			t.Fatalf("%q is %+v, then %+v", text, p, again)
		}
	})
}

func TestBounded(t *testing.T) {
	b := bound.Bound{Times: 32, Plus: 4 << 10}
	b.Decoding(t, func(b []byte) { _, _ = ParsePacket(b) }, bound.Texts("+EVT:RXP2P:-28:5:48656C6C6F")...)
	b.Decoding(t, func(b []byte) { _, _ = ParseSignal(b) }, bound.Texts("+EVT:RXP2P, RSSI -30, SNR 6")...)
	b.Decoding(t, func(b []byte) { _, _ = ParseData(b) }, bound.Texts("+EVT:48656C6C6F")...)
}
