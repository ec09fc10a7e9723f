package direwolf

import (
	"fmt"
	"path/filepath"
	"time"
)

// place is where one station's files and ports are.
type place struct {
	dir  string
	name string // a, b, c...
	kiss int    // TCP port for clients
	feed int    // UDP port for sound
}

func (p place) file(ending string) string { return filepath.Join(p.dir, p.name+"."+ending) }

// alsa returns the ALSA configuration of a station: a device "air" that writes
// samples to the FIFO and plays them to nobody.
func (p place) alsa() string {
	return fmt.Sprintf(`pcm.air {
  type file
  slave.pcm { type null }
  file "%s"
  format "raw"
}
`, p.file("pcm"))
}

// modem returns Dire Wolf's configuration of station i.
func (p place) modem(c Config, i int) string {
	units := func(d time.Duration) int { return int(d / unit) }
	return fmt.Sprintf(`ADEVICE udp:%d air
ARATE %d
ACHANNELS 1
CHANNEL 0
MYCALL N0CALL-%d
MODEM %d
TXDELAY %d
TXTAIL %d
SLOTTIME %d
PERSIST %d
AGWPORT 0
KISSPORT %d
`, p.feed, sampleRate, i+1, c.Baud, units(c.TXDelay), units(c.TXTail), units(c.Slot[i]), c.Persist[i], p.kiss)
}

// options are those that the modem takes on its command line only.
func (c Config) options() []string {
	if c.FX25 {
		return []string{"-X", "1"} // it picks the code by the frame's length
	}
	return nil
}

// A frame under FX.25 is padded to one of a few lengths and followed by 16 to 64
// check bytes, 64 up to fx25MTU; above some 220 bytes it would go plain. The link
// is told a lower rate, by which the times of its frames come out about right.
const (
	fx25MTU       = 180
	fx25Rate      = 10 // of the modem's, in
	fx25RateParts = 16
)

// url returns the URL by which a link reaches station i and reckons with what
// the station does.
func (p place) url(c Config, i int) string {
	rate, more := c.Baud, ""
	if c.FX25 {
		rate, more = rate*fx25Rate/fx25RateParts, fmt.Sprintf("&mtu=%d", fx25MTU)
	}
	return fmt.Sprintf("kiss+tcp://127.0.0.1:%d?rate=%d&txdelay=%v&persist=%d&slot=%v&tail=%v%s",
		p.kiss, rate, c.TXDelay, c.Persist[i], c.Slot[i], c.TXTail, more)
}
