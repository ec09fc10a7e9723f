//go:build linux || darwin

package bridge

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/blackstart-mesh/blackstart/internal/await"
)

const ptyLimit = 10 * time.Second

// openPty returns both ends of a pseudo-terminal: the device's, and the port.
func openPty(t *testing.T, before string) (*os.File, Port) {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	name := slave.Name()
	t.Cleanup(func() { _ = master.Close() })
	setRaw(t, name)
	if _, err := master.WriteString(before); err != nil {
		t.Fatal(err)
	}
	p, err := Serial(name, 9600)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := slave.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return master, p
}

// setRaw opens and closes a port once, since a new pseudo-terminal echoes.
func setRaw(t *testing.T, name string) {
	t.Helper()
	p, err := Serial(name, 9600)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSerialCarriesAllBytes(t *testing.T) {
	master, p := openPty(t, "")
	var want []byte
	for i := range 256 {
		want = append(want, byte(i))
	}
	if _, err := p.Write(want); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 0, 256)
	for len(got) < 256 {
		b := make([]byte, 256)
		n, err := master.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, b[:n]...)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("device got %x", got)
	}
	if _, err := master.Write(want); err != nil {
		t.Fatal(err)
	}
	if got := readSome(t, p, 256); !bytes.Equal(got, want) {
		t.Errorf("port got %x", got)
	}
}

func readSome(t *testing.T, p Port, n int) []byte {
	t.Helper()
	var got []byte
	await.Until(t, ptyLimit, "bytes from the device", func() bool {
		b := make([]byte, n)
		k, err := p.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, b[:k]...)
		return len(got) >= n
	})
	return got
}

func TestSerialDropsWhatWasKept(t *testing.T) {
	master, p := openPty(t, "heard before the port was opened")
	if _, err := master.WriteString("new"); err != nil {
		t.Fatal(err)
	}
	if got := readSome(t, p, 3); string(got) != "new" {
		t.Errorf("read %q, want %q", got, "new")
	}
}

func TestSerialCloseFreesABlockedWrite(t *testing.T) {
	_, p := openPty(t, "") // nobody reads the other end
	wrote := make(chan error, 1)
	var slices atomic.Int64
	go func() {
		for range 1 << 14 { // 1 MB, more than any system holds
			if _, err := p.Write(make([]byte, writeSlice)); err != nil {
				wrote <- err
				return
			}
			slices.Add(1)
		}
		wrote <- nil
	}()
	last, still := int64(-1), 0
	await.Until(t, ptyLimit, "the write to block", func() bool {
		if now := slices.Load(); now != last {
			last, still = now, 0
		}
		still++
		return still > 5
	})
	if err := p.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	select {
	case err := <-wrote:
		if err == nil {
			t.Error("write of 1 MB that nobody read succeeded")
		}
	case <-time.After(ptyLimit):
		t.Error("write still blocked after Close")
	}
}

func TestSerialCloseFreesARead(t *testing.T) {
	_, p := openPty(t, "")
	read := make(chan error, 1)
	go func() {
		for {
			if _, err := p.Read(make([]byte, 1)); err != nil {
				read <- err
				return
			}
		}
	}()
	for range 2 {
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-read; err == nil {
		t.Error("read ended without an error")
	}
	if _, err := p.Write([]byte("x")); !errors.Is(err, errPortClosed) {
		t.Errorf("write after close: %v", err)
	}
}

func TestSerialUnplug(t *testing.T) {
	master, p := openPty(t, "")
	if err := master.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	await.Until(t, ptyLimit, "the port to notice", func() bool {
		_, err = p.Read(make([]byte, 1))
		return err != nil
	})
	if !errors.Is(err, errUnplugged) {
		t.Errorf("unplugged, it says %v", err)
	}
}

func TestSerialErrorsNameTheDevice(t *testing.T) {
	absent := filepath.Join(t.TempDir(), "ttyNONE")
	plain := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, device := range []string{absent, plain} {
		p, err := Serial(device, 9600)(t.Context())
		if err == nil {
			_ = p.Close()
			t.Fatalf("opened %s", device)
		}
		if !bytes.Contains([]byte(err.Error()), []byte(device)) {
			t.Errorf("error %q does not name %s", err, device)
		}
		if device == plain && !errors.Is(err, errNotSerial) {
			t.Errorf("a file: %v", err)
		}
	}
	denied := &os.PathError{Op: "open", Path: "/dev/ttyUSB0", Err: syscall.EACCES}
	if err := cause(denied); !errors.Is(err, errNotAllowed) {
		t.Errorf("%v", err)
	}
}

// A second process is told that the port is taken, also where both may do
// anything; and gets it when the first lets go.
func TestSerialPortBelongsToOne(t *testing.T) {
	_, p := openPty(t, "")
	name := p.Name()
	for range 2 {
		if _, err := Serial(name, 9600)(t.Context()); !errors.Is(err, ErrInUse) {
			t.Fatalf("opened a second time: %v, want %v", err, ErrInUse)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Serial(name, 9600)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
