package kiss

import (
	"errors"
	"fmt"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/ax25"
	"github.com/blackstart-mesh/blackstart/radio"
)

// header is what goes before a frame's data to a TNC: nothing, or AX.25's addresses
// where the URL gives a call sign.
type header struct {
	with bool
	call ax25.Call
}

// newHeader reads the URL, and takes what a header costs off the profile.
func newHeader(u *bridge.URL, p *radio.Profile) (header, error) {
	text := u.Text("ax25")
	if text == "" {
		return header{}, nil
	}
	call, err := ax25.ParseCall([]byte(text))
	if err != nil {
		return header{}, err
	}
	p.MTU -= ax25.Overhead
	if p.MTU < radio.MinMTU {
		return header{}, fmt.Errorf("mtu=%d leaves %d bytes beside an AX.25 header of %d, want %d", u.Number("mtu"), p.MTU, ax25.Overhead, radio.MinMTU)
	}
	p.Air.Added += ax25.Overhead
	p.Overhead += time.Duration(ax25.Overhead * bitsOfByte * int64(time.Second) / int64(p.BitsPerSecond))
	return header{with: true, call: call}, nil
}

func (h header) put(data []byte) []byte {
	if !h.with {
		return data
	}
	return ax25.Append(nil, h.call, data)
}

// strip returns the data of a frame that was heard; one that is not ours is counted.
func (h header) strip(frame []byte, c *counts) (data []byte, ok bool) {
	data = frame
	if h.with {
		var err error
		_, data, err = ax25.Decode(frame)
		switch {
		case errors.Is(err, ax25.ErrForeign):
			c.foreign++
			return nil, false
		case err != nil:
			c.malformed++
			return nil, false
		}
	}
	if len(data) < MinFrame {
		c.short++
		return nil, false
	}
	return data, true
}
