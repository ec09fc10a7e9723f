package vault

import (
	"bytes"
	"errors"
	"testing"
)

func FuzzSlot(f *testing.F) {
	s := newSealer(testKey)
	sound := s.encode(&State{Generation: 3, Data: []byte("data")}, 1)
	f.Add(sound)
	f.Add(sound[:headSize])
	f.Add(append(make([]byte, Span), sound...))
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := s.decode(data)
		found, _, err2 := s.newest(data)
		for _, err := range []error{err, err2} {
			if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrKey) && !errors.Is(err, ErrVersion) {
				t.Errorf("error without a class: %v", err)
			}
		}
		if err == nil && err2 != nil || err2 == nil && found.state == nil {
			t.Errorf("a sound slot is not found: %v, %v", err, err2)
		}
		_ = extent(data)
	})
}

// What decodes encodes to the same bytes. No fuzzer gets past the seal, so this
// one begins behind it.
func FuzzState(f *testing.F) {
	f.Add((&State{Generation: 1, Renewed: 2, Incarnation: [16]byte{3}, Place: Place{4}, Data: []byte("data")}).encode(100))
	f.Add((&State{}).encode(fixedState))
	f.Fuzz(func(t *testing.T, data []byte) {
		st, err := decodeState(data)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("error without a class: %v", err)
			}
			return
		}
		if got := st.encode(len(data)); !bytes.Equal(got, data) {
			t.Errorf("%x decodes and encodes to %x", data, got)
		}
	})
}
