package p2p

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

// A session's stream carries records: length 2 | kind 1 | body.
type recordKind uint8

const (
	recordHello      recordKind = iota + 1 // first record of each side
	recordAlive                            // empty: nothing else was sent for a while
	recordNeighbours                       // the nodes that the sender has admitted, ascending, 2 bytes each
	recordBroadcast                        // a frame for all
	recordAddressed                        // a frame for the receiver alone
	recordEdition                          // which network file the sender holds
)

const recordHeader = 3

var errRecord = errors.New("malformed record")

// limit is the longest body of a kind; -1 for unknown kinds.
func (k recordKind) limit() int {
	switch k {
	case recordHello:
		return maxHello
	case recordAlive:
		return 0
	case recordNeighbours:
		return 2 * MaxNeighbours
	case recordBroadcast, recordAddressed:
		return radio.MaxMTU
	case recordEdition:
		return editionSize
	}
	return -1
}

// writeRecord writes one record; body must keep to the kind's limit.
func writeRecord(w io.Writer, kind recordKind, body []byte) error {
	header := [recordHeader]byte{2: byte(kind)}
	binary.BigEndian.PutUint16(header[:], uint16(len(body)))
	if _, err := w.Write(header[:]); err != nil {
		return err
	}
	_, err := w.Write(body)
	return err
}

// readRecord reads one record. The body is allocated only after its length was
// held against the kind's limit, so that a peer cannot ask for memory.
func readRecord(r *bufio.Reader) (recordKind, []byte, error) {
	var header [recordHeader]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return 0, nil, err
	}
	kind, n := recordKind(header[2]), int(binary.BigEndian.Uint16(header[:]))
	if n > kind.limit() {
		return 0, nil, fmt.Errorf("%w: kind %d with %d bytes", errRecord, kind, n)
	}
	if n == 0 {
		return kind, nil, nil
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return 0, nil, err
	}
	return kind, body, nil
}

func encodeNumbers(numbers []ident.Number) []byte {
	b := make([]byte, 0, 2*len(numbers))
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	}
	return b
}

// decodeNumbers wants whole, ascending, valid numbers.
func decodeNumbers(b []byte) ([]ident.Number, error) {
	if len(b)%2 != 0 {
		return nil, fmt.Errorf("%w: list of numbers in %d bytes", errRecord, len(b))
	}
	numbers := make([]ident.Number, 0, len(b)/2)
	last := ident.Number(0)
	for ; len(b) > 0; b = b[2:] {
		n := ident.Number(binary.BigEndian.Uint16(b))
		if n <= last || n > ident.MaxNumber {
			return nil, fmt.Errorf("%w: number %v after %v", errRecord, n, last)
		}
		numbers, last = append(numbers, n), n
	}
	return numbers, nil
}
