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

// url returns the URL by which a link reaches station i and reckons with what
// the station does.
func (p place) url(c Config, i int) string {
	return fmt.Sprintf("kiss+tcp://127.0.0.1:%d?rate=%d&txdelay=%v&persist=%d&slot=%v&tail=%v",
		p.kiss, c.Baud, c.TXDelay, c.Persist[i], c.Slot[i], c.TXTail)
}
