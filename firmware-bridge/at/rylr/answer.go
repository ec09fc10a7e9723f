package rylr

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/blackstart-mesh/blackstart/radio"
)

// Refusal is a number that the module gives instead of +OK.
type Refusal int

// Numbers that are told apart.
const (
	badCRC    Refusal = 12
	tooEarly  Refusal = 17
	badHeader Refusal = 19
)

func (r Refusal) Error() string {
	names := map[Refusal]string{
		1:         "the command has no line end",
		2:         "the command does not begin with AT",
		4:         "it does not know the command or takes no such value",
		5:         "the data is not as long as was said",
		10:        "the transmission took too long",
		badCRC:    "a packet came damaged",
		13:        "more than 240 bytes",
		14:        "its flash cannot be written",
		15:        "something unknown went wrong",
		tooEarly:  "the last transmission is not over yet",
		18:        "it takes no such preamble",
		badHeader: "a packet came with a damaged header",
		20:        "it takes no such times of power saving",
	}
	name, ok := names[r]
	if !ok {
		name = "a number that is not in its manual"
	}
	return fmt.Sprintf("the radio says +ERR=%d: %s", int(r), name)
}

// ofReception says that a number is about what came from the air, and no answer.
func (r Refusal) ofReception() bool { return r == badCRC || r == badHeader }

// refusal reads +ERR=NUMBER.
func refusal(line []byte) (Refusal, bool) {
	text, ok := bytes.CutPrefix(line, []byte("+ERR="))
	n, err := strconv.ParseUint(string(text), 10, 16)
	return Refusal(n), ok && err == nil
}

// value reads +NAME=VALUE.
func value(line []byte, name string) (string, bool) {
	v, ok := bytes.CutPrefix(line, []byte("+"+name+"="))
	return string(v), ok
}

// Received is a packet from the air.
type Received struct {
	From   int // the transmitter's address
	Data   []byte
	Signal radio.Signal
}

// begun reads +RCV=FROM,LENGTH, and returns what comes after.
func begun(line []byte) (from, length int, rest []byte, ok bool) {
	rest, ok = bytes.CutPrefix(line, []byte("+RCV="))
	numbers := [2]int{}
	for i := range numbers {
		var text []byte
		var comma bool
		text, rest, comma = bytes.Cut(rest, []byte{','})
		n, err := strconv.ParseUint(string(text), 10, 16)
		numbers[i], ok = int(n), ok && comma && err == nil
	}
	return numbers[0], numbers[1], rest, ok && numbers[1] <= MaxText
}

// ParseReceived reads +RCV=FROM,LENGTH,DATA,RSSI,SNR. Data is the line's.
func ParseReceived(line []byte) (Received, bool) {
	from, length, rest, ok := begun(line)
	if !ok || len(rest) <= length || rest[length] != ',' {
		return Received{}, false
	}
	rssi, snr, ok := bytes.Cut(rest[length+1:], []byte{','})
	r, err1 := strconv.ParseInt(string(rssi), 10, 16)
	s, err2 := strconv.ParseInt(string(snr), 10, 16)
	if !ok || err1 != nil || err2 != nil {
		return Received{}, false
	}
	return Received{From: from, Data: rest[:length], Signal: radio.Signal{RSSI: int(r), SNR: float64(s)}}, true
}
