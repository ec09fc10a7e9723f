package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/direwolf"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
)

// modemTries is how often the modem's rate is measured before a lost frame is an
// error: a modem now and then misses one for no reason that could be found.
const modemTries = 3

// frameWait bounds the wait for one frame of the modem alone.
const frameWait = 20 * time.Second

// modemRate gives a modem frames all at once, and returns the bytes per second at
// which the other one hears them.
func modemRate(ctx context.Context, c *direwolf.Channel, frames int) (rate float64, err error) {
	for range modemTries {
		if rate, err = modemRateOnce(ctx, c, frames); err == nil || ctx.Err() != nil {
			break
		}
	}
	return rate, err
}

func modemRateOnce(ctx context.Context, c *direwolf.Channel, frames int) (rate float64, err error) {
	var d net.Dialer
	var ends [2]net.Conn
	for i := range ends {
		if ends[i], err = d.DialContext(ctx, "tcp", c.KISS(i)); err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, ends[i].Close()) }()
	}
	random := rand.NewChaCha8([32]byte{1}) // sealed frames look like that
	var all []byte
	for range frames {
		data := make([]byte, goodputFrame)
		random.Read(data) // never fails
		all = wire.AppendFrame(all, wire.Frame{Command: wire.Data, Data: data})
	}
	begun := time.Now()
	if _, err := ends[0].Write(all); err != nil {
		return 0, err
	}
	heard, err := hearFrames(ends[1], frames)
	if err != nil {
		return 0, fmt.Errorf("%d of %d frames heard: %w", heard, frames, err)
	}
	return float64(frames*goodputFrame) / time.Since(begun).Seconds(), nil
}

// hearFrames reads data frames until there are so many.
func hearFrames(from net.Conn, frames int) (heard int, err error) {
	var d wire.Decoder
	buf := make([]byte, 4096)
	for heard < frames {
		if err := from.SetReadDeadline(time.Now().Add(frameWait)); err != nil {
			return heard, err
		}
		n, err := from.Read(buf)
		for _, b := range buf[:n] {
			if f, ok := d.Push(b); ok && f.Command == wire.Data && len(f.Data) == goodputFrame {
				heard++
			}
		}
		if err != nil {
			return heard, err
		}
	}
	return heard, nil
}
