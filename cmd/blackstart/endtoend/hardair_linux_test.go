package endtoend

import (
	"context"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/direwolf"
	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/internal/peers"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// noisy is the noise at which Dire Wolf loses 38 % of plain frames of 100 bytes
// and 79 % of those of 250 bytes (-1.6 dB SNR at the default gain), and next to
// none under FX.25.
const noisy = 5600

// hardLimit bounds one scenario, which takes a minute to three where the machine has
// time for it; they run side by side.
const hardLimit = 8 * time.Minute

// modems starts real modems and a node at each, joined by sound, but for pairs of
// stations that do not hear each other. more is appended to the links' URLs.
func modems(t *testing.T, config direwolf.Config, more string, hidden ...[2]int) (*direwolf.Channel, []*station) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes minutes of radio time")
	}
	peers.Require(t, direwolf.DefaultProgram)
	t.Parallel()
	config.Dir = t.TempDir()
	channel, err := direwolf.Start(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { channel.Close() })
	for _, pair := range hidden {
		channel.SetGain(pair[0], pair[1], 0)
		channel.SetGain(pair[1], pair[0], 0)
	}
	urls := make([]string, config.Stations)
	for i := range urls {
		urls[i] = channel.URL(i) + more
	}
	start := time.Now()
	nodes := newStations(t, urls...)
	t.Cleanup(func() {
		t.Logf("after %.0f s: %+v", time.Since(start).Seconds(), channel.Stats())
		if t.Failed() {
			for _, s := range nodes {
				s.tell()
			}
		}
	})
	return channel, nodes
}

// text makes message i of a scenario with so many, 20 to 200 characters long.
func text(i, count int) string { return words(i, 20+i*180/(count-1)) }

// TestThreeShareTheAir: three stations that all hear each other and sense the
// carrier, with messages from each to each and from each to all.
func TestThreeShareTheAir(t *testing.T) {
	_, nodes := modems(t, direwolf.Config{Stations: 3, Seed: 2}, "")
	meet(t, time.Minute, nodes...)
	const count = 18
	for i := range count {
		switch s, to := nodes[i%3], ident.Number((i+1+i/3%2)%3+1); {
		case i%9 < 3:
			s.sendAll(text(i, count))
		default:
			s.send(to, bundle.Routine, text(i, count))
		}
	}
	settled(t, hardLimit, nodes...)
}

// TestHiddenNode: the first and the third station do not hear each other, and no
// carrier sense keeps them from talking at the same time to the second, which
// relays between them. Both are given a message at the same time, and the next one
// when it has arrived, as people do who talk to each other.
func TestHiddenNode(t *testing.T) {
	_, nodes := modems(t, direwolf.Config{Stations: 3, Seed: 3}, "", [2]int{0, 2})
	for i, neighbours := range []int{1, 2, 1} {
		nodes[i].hears(time.Minute, neighbours)
	}
	const count = 6
	for i := 0; i < count; i += 2 {
		nodes[0].send(3, bundle.Routine, text(i, count))
		nodes[2].send(1, bundle.Routine, text(i+1, count))
		settled(t, hardLimit/2, nodes...)
	}
	if n := len(nodes[1].received()); n != 0 {
		t.Errorf("the relay was shown %d messages that were not for it", n)
	}
}

// TestNoise: what is lost in noise is sent again, in short frames, of which noise
// spares more than of long ones.
func TestNoise(t *testing.T) {
	_, nodes := modems(t, direwolf.Config{Stations: 2, Seed: 4, Noise: noisy}, "&mtu=100")
	bothWays(t, nodes, 8)
}

// TestNoiseUnderFX25: the same noise, with error correction by the modem.
func TestNoiseUnderFX25(t *testing.T) {
	_, nodes := modems(t, direwolf.Config{Stations: 2, Seed: 5, Noise: noisy, FX25: true}, "")
	bothWays(t, nodes, 14)
}

func bothWays(t *testing.T, nodes []*station, count int) {
	t.Helper()
	meet(t, 2*time.Minute, nodes...)
	for i := range count {
		nodes[i%2].send(ident.Number(2-i%2), bundle.Routine, text(i, count))
	}
	settled(t, hardLimit, nodes...)
}

// TestCutAndHeal cuts the way in the middle of an exchange, in both directions,
// until each has sent in vain what it could.
func TestCutAndHeal(t *testing.T) {
	channel, nodes := modems(t, direwolf.Config{Stations: 2, Seed: 6}, "")
	meet(t, time.Minute, nodes...)
	const count = 14
	for i := range count / 2 {
		nodes[i%2].send(ident.Number(2-i%2), bundle.Routine, text(i, count))
	}
	await.Until(t, time.Minute, "the first messages to arrive", func() bool {
		return len(nodes[0].received()) > 0 && len(nodes[1].received()) > 0
	})
	channel.SetGain(0, 1, 0)
	channel.SetGain(1, 0, 0)
	for i := count / 2; i < count; i++ {
		nodes[i%2].send(ident.Number(2-i%2), bundle.Routine, text(i, count))
	}
	for _, s := range nodes {
		s.hears(2*time.Minute, 0)
	}
	channel.SetGain(0, 1, channel.Gain())
	channel.SetGain(1, 0, channel.Gain())
	settled(t, hardLimit, nodes...)
}
