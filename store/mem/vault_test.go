package mem

import "testing"

func TestVaultKeepsWhatWasSavedLast(t *testing.T) {
	first := []byte("one")
	v := NewVault(first)
	first[0] = 'x'
	if got := v.Load(); string(got) != "one" {
		t.Errorf("holds %q", got)
	}
	if err := v.Save([]byte("two")); err != nil || string(v.Load()) != "two" {
		t.Errorf("holds %q, %v", v.Load(), err)
	}
}
