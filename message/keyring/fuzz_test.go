package keyring

import (
	"bytes"
	"testing"
)

// FuzzDecode: what decodes encodes to the same bytes, and every operation leaves
// a state that encodes.
func FuzzDecode(f *testing.F) {
	a := newAuthority(f)
	s := a.node(2, today)
	f.Add(s.Encode())
	for range 3 {
		a.block(today)
	}
	s.Apply(a.operator, a.block(today+1))
	f.Add(s.Encode())
	pack, block := a.pack(2, today+3), a.block(today+4)
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := Decode(raw)
		if err != nil {
			return
		}
		if !bytes.Equal(s.Encode(), raw) {
			t.Fatalf("%x decodes, but is not what encoding gives", raw)
		}
		s.Erase(at(today+2), false)
		_ = s.Encode()
		_ = s.Merge(pack)
		_ = s.Encode()
		s.Apply(a.operator, block)
		_ = s.Encode()
		s.Erase(at(today+40), true)
		_ = s.Encode()
	})
}
