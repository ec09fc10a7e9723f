package kiss

import (
	"bytes"
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/radio"
)

// pipePort is a device in memory, on the clock of the test.
type pipePort struct{ net.Conn }

func (pipePort) Name() string { return "pipe" }

// openPipe opens a link whose device is the other end of each pipe that comes
// out of the channel.
func openPipe(t *testing.T, params string) (*bridgetest.Listener, chan net.Conn) {
	t.Helper()
	devices := make(chan net.Conn, 1)
	l, err := Open("kiss+tcp://device:1?"+params, bridge.Options{Opener: func(context.Context) (bridge.Port, error) {
		ours, device := net.Pipe()
		devices <- device
		return pipePort{ours}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return bridgetest.Listen(t, l, time.Hour), devices
}

// swallow reads what the link writes until the device is closed.
func swallow(device net.Conn) {
	buf := make([]byte, 4096)
	for {
		if _, err := device.Read(buf); err != nil {
			return
		}
	}
}

func TestSentComesWithTheReckonedTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, devices := openPipe(t, "slot=0s")
		device := <-devices
		defer device.Close()
		go swallow(device)
		bridgetest.Next[radio.Up](t, r)
		start := time.Now()
		r.Send(t, make([]byte, 100))
		if err := r.Link.Send(radio.Frame{Data: make([]byte, 100)}); !errors.Is(err, radio.ErrBusy) {
			t.Errorf("second send: %v, want %v", err, radio.ErrBusy)
		}
		bridgetest.Next[radio.Sent](t, r)
		if took := time.Since(start).Truncate(time.Millisecond); took != 1104*time.Millisecond {
			t.Errorf("sent after %v, want 1.104s", took)
		}
		start = time.Now()
		r.Send(t, make([]byte, 100))
		synctest.Wait()
		<-time.After(time.Second)
		if _, err := device.Write(wire.AppendFrame(nil, wire.Frame{Data: make([]byte, 100)})); err != nil {
			t.Fatal(err)
		}
		bridgetest.Next[radio.Heard](t, r)
		bridgetest.Next[radio.Sent](t, r)
		if took := time.Since(start).Truncate(time.Millisecond); took != 2204*time.Millisecond { // 1 s, the other's tail, ours
			t.Errorf("sent after %v with a frame heard meanwhile, want 2.204s", took)
		}
	})
}

func TestModemThatTakesNoBytesGoesDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, devices := openPipe(t, "")
		device := <-devices
		defer device.Close()
		bridgetest.Next[radio.Up](t, r)
		start := time.Now()
		r.Send(t, make([]byte, 100)) // must return at once, though nobody reads
		if took := time.Since(start); took != 0 {
			t.Errorf("send blocked for %v", took)
		}
		if sent := bridgetest.Next[radio.Sent](t, r); !errors.Is(sent.Err, bridge.ErrNoBytes) || !errors.Is(sent.Err, radio.ErrDown) {
			t.Errorf("sent: %v, want %v", sent.Err, bridge.ErrNoBytes)
		}
		if down := bridgetest.Next[radio.Down](t, r); !errors.Is(down.Err, bridge.ErrNoBytes) {
			t.Errorf("down: %v, want %v", down.Err, bridge.ErrNoBytes)
		}
		if took := time.Since(start); took != bridge.WriteLimit {
			t.Errorf("took %v, want %v", took, bridge.WriteLimit)
		}
		second := <-devices // opened anew
		defer second.Close()
		go swallow(second)
		bridgetest.Next[radio.Up](t, r)
		r.Send(t, make([]byte, 100))
		if sent := bridgetest.Next[radio.Sent](t, r); sent.Err != nil {
			t.Errorf("sent: %v", sent.Err)
		}
	})
}

func TestSettingsThatTheModemDoesNotTakeKeepTheLinkDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, devices := openPipe(t, "persist=63")
		defer (<-devices).Close()
		if down := bridgetest.Next[radio.Down](t, r); !errors.Is(down.Err, bridge.ErrNoBytes) {
			t.Errorf("down: %v, want %v", down.Err, bridge.ErrNoBytes)
		}
	})
}

func TestSilenceKeepsTheLinkUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, devices := openPipe(t, "slot=0s")
		device := <-devices
		defer device.Close()
		go swallow(device)
		bridgetest.Next[radio.Up](t, r)
		<-time.After(24 * time.Hour)
		r.Send(t, make([]byte, 100))
		bridgetest.Next[radio.Sent](t, r) // and no Down before
	})
}

func TestFrameThatComesByteByByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, devices := openPipe(t, "")
		device := <-devices
		defer device.Close()
		bridgetest.Next[radio.Up](t, r)
		want := bridgetest.Random(1, 40)
		for _, b := range wire.AppendFrame(nil, wire.Frame{Data: want}) {
			if _, err := device.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Minute)
		}
		if h := bridgetest.Next[radio.Heard](t, r); !bytes.Equal(h.Data, want) {
			t.Errorf("heard %x, want %x", h.Data, want)
		}
	})
}

func TestHalfAFrameDoesNotOutliveItsPort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, devices := openPipe(t, "")
		first := <-devices
		bridgetest.Next[radio.Up](t, r)
		data := bytes.Repeat([]byte("packet"), 7)
		whole := wire.AppendFrame(nil, wire.Frame{Data: data})
		if _, err := first.Write(whole[:20]); err != nil {
			t.Fatal(err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		bridgetest.Next[radio.Down](t, r)
		second := <-devices
		defer second.Close()
		bridgetest.Next[radio.Up](t, r)
		if _, err := second.Write(append(whole[20:], whole...)); err != nil {
			t.Fatal(err)
		}
		if h := bridgetest.Next[radio.Heard](t, r); !bytes.Equal(h.Data, data) {
			t.Errorf("heard %q, want the whole frame only", h.Data)
		}
		synctest.Wait()
		checkCounter(t, r.Link.(*bridge.Link), "kiss dropped: bytes before the first frame", uint64(len(whole)-21))
	})
}
