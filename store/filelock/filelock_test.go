package filelock

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLock(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	held, err := Wait(name)
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if ok, err := Try(other); ok || err != nil {
		t.Errorf("locked twice: %v, %v", ok, err)
	}
	waited := make(chan error, 1)
	go func() {
		f, err := Wait(name)
		if err == nil {
			err = f.Close()
		}
		waited <- err
	}()
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; err != nil {
		t.Error(err)
	}
	if ok, err := Try(other); !ok || err != nil {
		t.Errorf("not given back: %v, %v", ok, err)
	}
}

func TestNoFolder(t *testing.T) {
	if f, err := Wait(filepath.Join(t.TempDir(), "none", "lock")); err == nil {
		t.Errorf("locked %s", f.Name())
	}
}
