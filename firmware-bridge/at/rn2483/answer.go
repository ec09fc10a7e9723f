package rn2483

import (
	"bytes"
	"encoding/hex"
	"regexp"
	"strconv"
)

// Refusal is a word that the module answers instead of ok.
type Refusal string

const (
	invalid Refusal = "invalid_param"
	busy    Refusal = "busy"
	failed  Refusal = "radio_err"
)

func (r Refusal) Error() string {
	names := map[Refusal]string{
		invalid: "it takes no such value",
		busy:    "it is busy",
		failed:  "its watchdog ended the transmission",
	}
	return "the radio says " + string(r) + ": " + names[r]
}

// refusal reads invalid_param or busy.
func refusal(line []byte) (Refusal, bool) {
	r := Refusal(line)
	return r, r == invalid || r == busy
}

var banner = regexp.MustCompile(`^(RN2483|RN2903)[A-Z]? ([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\b`)

// version reads what the module says when it is asked for its version, and when
// it starts: RN2483 1.0.5 Oct 31 2018 15:06:52. order grows with the version.
func version(line []byte) (model, text string, order int, ok bool) {
	m := banner.FindStringSubmatch(string(line))
	if m == nil {
		return "", "", 0, false
	}
	for _, field := range m[2:] {
		n, _ := strconv.Atoi(field) // three digits
		order = order*1000 + n
	}
	return m[1], m[0], order, true
}

// number reads a number of the module's, such as a signal.
func number(line []byte) (int64, bool) {
	n, err := strconv.ParseInt(string(line), 10, 64)
	return n, err == nil
}

// ParsePacket reads radio_rx and a packet in hex, after one space or two.
func ParsePacket(line []byte) ([]byte, bool) {
	rest, ok := bytes.CutPrefix(line, []byte("radio_rx "))
	data, err := hex.DecodeString(string(bytes.TrimPrefix(rest, []byte{' '})))
	return data, ok && err == nil
}
