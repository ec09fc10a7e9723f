package p2p

import (
	"bufio"
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/libp2p/go-libp2p/core/peer"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

func sampleHello() Hello {
	o := newOperator(40)
	return Hello{Operator: o.id, Session: SessionID{1, 2}, Current: SessionID{3}, Heartbeat: 5, Certificate: o.enrol(7).cert}
}

func TestDecodeHelloClasses(t *testing.T) {
	t.Parallel()
	good := sampleHello().Encode()
	if len(good) > maxHello {
		t.Errorf("a hello of %d bytes", len(good))
	}
	spoil := func(i int, v byte) []byte { b := bytes.Clone(good); b[i] = v; return b }
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":        {nil, ErrHelloTruncated},
		"short":        {good[:helloFixed-1], ErrHelloTruncated},
		"version":      {spoil(0, 2), ErrHelloVersion},
		"no session":   {append(append(bytes.Clone(good[:9]), make([]byte, 8)...), good[17:]...), ErrHelloMalformed},
		"no heartbeat": {spoil(25, 0), ErrHelloMalformed},
		"certificate":  {good[:len(good)-1], ErrHelloMalformed},
		"longer":       {append(bytes.Clone(good), 0), ErrHelloMalformed},
	} {
		if _, err := DecodeHello(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecodeHello(f *testing.F) {
	f.Add(sampleHello().Encode())
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := DecodeHello(data)
		if err != nil {
			return
		}
		if !bytes.Equal(h.Encode(), data) {
			t.Errorf("%x encodes to %x", data, h.Encode())
		}
	})
}

// Whatever a stream holds, reading it ends, and what was read is written the
// same way again.
func FuzzReadRecord(f *testing.F) {
	var seed bytes.Buffer
	writeRecord(&seed, recordNeighbours, encodeNumbers([]ident.Number{3, 9}))
	writeRecord(&seed, recordAlive, nil)
	writeRecord(&seed, recordBroadcast, []byte("frame"))
	f.Add(seed.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReader(bytes.NewReader(data))
		var again bytes.Buffer
		for {
			kind, body, err := readRecord(r)
			if err != nil {
				break
			}
			if len(body) > radio.MaxMTU {
				t.Fatalf("a body of %d bytes", len(body))
			}
			if numbers, err := decodeNumbers(body); kind == recordNeighbours && err == nil {
				if !bytes.Equal(encodeNumbers(numbers), body) {
					t.Errorf("numbers %x encode to %x", body, encodeNumbers(numbers))
				}
			}
			writeRecord(&again, kind, body)
		}
		if !bytes.HasPrefix(data, again.Bytes()) {
			t.Errorf("%x was read as %x", data, again.Bytes())
		}
	})
}

func TestDecodeNumbers(t *testing.T) {
	t.Parallel()
	want := []ident.Number{1, 500, ident.MaxNumber}
	if got, err := decodeNumbers(encodeNumbers(want)); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range [][]byte{{1}, {0, 0}, {0, 2, 0, 2}, {0, 2, 0, 1}, {0xFF, 0xFF}} {
		if got, err := decodeNumbers(bad); !errors.Is(err, errRecord) {
			t.Errorf("%x: %v, %v", bad, got, err)
		}
	}
}

// Peer names and keys determine each other.
func TestPeerID(t *testing.T) {
	t.Parallel()
	m := newOperator(41).enrol(1)
	id, err := peerID(m.cert.Sign)
	if err != nil {
		t.Fatal(err)
	}
	if key, ok := signKey(id); !ok || key != m.cert.Sign {
		t.Errorf("name %v gives key %v", id, key)
	}
	if s, err := PeerID(m.cert.Sign); err != nil || s != id.String() {
		t.Errorf("%q, %v", s, err)
	}
	for _, bad := range []string{"", "somebody", "\x12\x20aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		if _, ok := signKey(peer.ID(bad)); ok {
			t.Errorf("%q has a key", bad)
		}
	}
}
