package store

import "testing"

func TestCost(t *testing.T) {
	b := &Batch{}
	if b.Cost() != 0 || CheckCommit() != nil || CheckCommit(b) != nil {
		t.Error("nothing costs something")
	}
	b.Put([]byte("key"), []byte("value"))
	b.Delete([]byte("key"))
	if got := b.Cost(); got != 96+3+5+96+3 {
		t.Errorf("cost %d", got)
	}
}
