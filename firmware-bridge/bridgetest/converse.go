package bridgetest

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Conversation plays what was recorded of a device against a driver.
type Conversation struct {
	t      *testing.T
	driver bridge.Driver
	now    clock.Instant
	wake   clock.Instant // that the driver asked for last
}

// Converse returns a conversation that has not begun, with the driver of a URL.
func Converse(t *testing.T, f bridge.Family, url string) *Conversation {
	t.Helper()
	return &Conversation{t: t, driver: Emulated{Family: f, URL: url}.driver(t)}
}

// Pass lets a time pass.
func (c *Conversation) Pass(d time.Duration) { c.now = c.now.Add(d) }

// Now is the time in the conversation.
func (c *Conversation) Now() clock.Instant { return c.now }

// Step gives the driver an input a moment later, and demands nothing.
func (c *Conversation) Step(in bridge.Input) []bridge.Output {
	c.Pass(time.Millisecond)
	out := slices.Clone(c.driver.Step(c.now, in))
	for _, o := range out {
		if w, ok := o.(bridge.Wake); ok {
			c.wake = w.At
		}
	}
	return out
}

// Does gives the driver an input and demands what it says to the device.
func (c *Conversation) Does(in bridge.Input, want string) []bridge.Output {
	c.t.Helper()
	out := c.Step(in)
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

// Hex is what comes from a device that does not speak in lines, and what the driver
// says to it, both in hex digits.
func (c *Conversation) Hex(bytes, want string) []bridge.Output {
	c.t.Helper()
	return c.Does(bridge.Bytes{Data: Unhex(c.t, bytes)}, string(Unhex(c.t, want)))
}

// Wait lets the time come for which the driver asked last; want is what it says then, in
// hex digits.
func (c *Conversation) Wait(want string) []bridge.Output {
	c.t.Helper()
	c.now = max(c.now, c.wake)
	return c.Does(bridge.Tick{}, string(Unhex(c.t, want)))
}

// Unhex reads hex digits, between which there may be spaces.
func Unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Found returns the first output of a type, and whether there is one.
func Found[O bridge.Output](out []bridge.Output) (O, bool) {
	for _, o := range out {
		if o, ok := o.(O); ok {
			return o, true
		}
	}
	var none O
	return none, false
}

// Find returns the first output of a type and fails the test if there is none.
func Find[O bridge.Output](t *testing.T, out []bridge.Output) O {
	t.Helper()
	o, ok := Found[O](out)
	if !ok {
		t.Fatalf("no %T among %+v", o, out)
	}
	return o
}
