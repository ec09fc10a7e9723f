package bridgetest

import (
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Conversation plays what was recorded of a device against a driver, for devices
// that speak in lines.
type Conversation struct {
	t      *testing.T
	driver bridge.Driver
	now    clock.Instant
}

// Converse returns a conversation that has not begun, with the driver of a URL.
func Converse(t *testing.T, f bridge.Family, url string) *Conversation {
	t.Helper()
	return &Conversation{t: t, driver: Emulated{Family: f, URL: url}.driver(t)}
}

// Pass lets a time pass.
func (c *Conversation) Pass(d time.Duration) { c.now = c.now.Add(d) }

// Does gives the driver an input and demands what it says to the device.
func (c *Conversation) Does(in bridge.Input, want string) []bridge.Output {
	c.t.Helper()
	c.Pass(time.Millisecond)
	out := c.driver.Step(c.now, in)
	got := ""
	for _, o := range out {
		if w, ok := o.(bridge.Write); ok {
			got += string(w.Data)
		}
	}
	if got != want {
		c.t.Fatalf("after %T %q it says %q, want %q", in, said(in), got, want)
	}
	return out
}

// said is what an input holds, for people.
func said(in bridge.Input) []byte {
	switch in := in.(type) {
	case bridge.Bytes:
		return in.Data
	case bridge.Transmit:
		return in.Data
	}
	return nil
}

// Line is a line from the device; want are the lines that the driver says to it,
// each ended by CR LF.
func (c *Conversation) Line(line string, want ...string) []bridge.Output {
	c.t.Helper()
	all := ""
	for _, w := range want {
		all += w + "\r\n"
	}
	return c.Does(bridge.Bytes{Data: []byte(line + "\r\n")}, all)
}

// Find returns the first output of a type and fails the test if there is none.
func Find[O bridge.Output](t *testing.T, out []bridge.Output) O {
	t.Helper()
	for _, o := range out {
		if o, ok := o.(O); ok {
			return o
		}
	}
	var none O
	t.Fatalf("no %T among %+v", none, out)
	return none
}
