package rui3

import (
	"bytes"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"

	"github.com/blackstart-mesh/blackstart/radio"
)

// Status is a word that the module answers instead of OK.
type Status string

const (
	anyError   Status = "AT_ERROR"
	paramError Status = "AT_PARAM_ERROR"
	busyError  Status = "AT_BUSY_ERROR"
)

func (s Status) Error() string {
	names := map[Status]string{
		anyError:                 "it does not know the command or cannot do it now",
		paramError:               "it takes no such value",
		busyError:                "it is busy",
		"AT_TEST_PARAM_OVERFLOW": "the command is too long for it",
		"AT_RX_ERROR":            "it could not read the command",
		"AT_MODE_NO_SUPPORT":     "its mode of work has no such command",
	}
	name, ok := names[s]
	if !ok {
		name = "a word that is not in its manual"
	}
	return "the radio says " + string(s) + ": " + name
}

// status reads a status word other than OK.
func status(line []byte) (Status, bool) {
	const most = 32
	s := string(line)
	return Status(s), strings.HasPrefix(s, "AT_") && len(s) <= most && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

// value reads what a question is answered with, AT+NAME=VALUE. An echo of the
// question is none.
func value(line []byte, name string) (string, bool) {
	v, ok := bytes.CutPrefix(line, []byte("AT+"+name+"="))
	return string(v), ok && string(v) != "?"
}

var number = regexp.MustCompile(`([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})`)

// version reads the answer to AT+VER=?: AT+VER=RUI_4.0.6_RAK3172-E, or V1.0.2
// and a date from firmware before RUI3. order grows with the version.
func version(line []byte) (text string, order int, ok bool) {
	text, ok = value(line, "VER")
	if !ok && len(line) > 1 && line[0] == 'V' && line[1] >= '0' && line[1] <= '9' {
		text, ok = string(line), true
	}
	m := number.FindStringSubmatch(text)
	if !ok || m == nil {
		return "", 0, false
	}
	for _, field := range m[1:] {
		n, _ := strconv.Atoi(field) // three digits
		order = order*1000 + n
	}
	return text, order, true
}

// Packet is what came from the air.
type Packet struct {
	Data   []byte
	Signal radio.Signal
}

// ParsePacket reads +EVT:RXP2P:RSSI:SNR:HEX.
func ParsePacket(line []byte) (Packet, bool) {
	rest, ok := bytes.CutPrefix(line, []byte("+EVT:RXP2P:"))
	fields := bytes.Split(rest, []byte{':'})
	if !ok || len(fields) != 3 {
		return Packet{}, false
	}
	signal, ok := signalOf(string(fields[0]), string(fields[1]))
	data, err := hex.DecodeString(string(fields[2]))
	return Packet{data, signal}, ok && err == nil
}

func signalOf(rssi, snr string) (radio.Signal, bool) {
	r, err1 := strconv.ParseInt(rssi, 10, 16)
	s, err2 := strconv.ParseInt(snr, 10, 16)
	return radio.Signal{RSSI: int(r), SNR: float64(s)}, err1 == nil && err2 == nil
}

// ParseSignal reads the first line of a packet from older firmware:
// +EVT:RXP2P, RSSI -30, SNR 6.
func ParseSignal(line []byte) (radio.Signal, bool) {
	rest, ok := strings.CutPrefix(string(line), "+EVT:RXP2P, RSSI ")
	rssi, snr, ok2 := strings.Cut(rest, ", SNR ")
	signal, ok3 := signalOf(rssi, snr)
	return signal, ok && ok2 && ok3
}

// ParseData reads the second line: +EVT:HEX.
func ParseData(line []byte) ([]byte, bool) {
	rest, ok := bytes.CutPrefix(line, []byte("+EVT:"))
	data, err := hex.DecodeString(string(rest))
	return data, ok && err == nil
}
