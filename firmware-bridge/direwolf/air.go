package direwolf

import (
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// maxLate is how far the channel may fall behind real time before it gives the
// lost time up. Up to there it catches up, since a modem counts samples.
const maxLate = 2 * time.Second

// Stats is what happened on the channel so far.
type Stats struct {
	Stations []StationStats
	Late     time.Duration // the most that a block came later than in real time
}

// StationStats is what happened at one station.
type StationStats struct {
	Bursts  int           // transmissions
	OnAir   time.Duration // transmitting
	Overlap time.Duration // hearing more than one other at once
}

// air is the channel: it takes what the stations send, and feeds what they
// hear, block by block, at real time.
type air struct {
	voices []*voice
	fifos  []*os.File
	feeds  []net.Conn

	mu    sync.Mutex // guards what follows
	mixer *mixer
	stats Stats

	stop chan struct{}
	done sync.WaitGroup
}

func newAir(places []place, m *mixer) (*air, error) {
	a := &air{mixer: m, stop: make(chan struct{}), stats: Stats{Stations: make([]StationStats, len(places))}}
	for _, p := range places {
		fifo, err := openFIFO(p.file("pcm"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.file("pcm"), joinClose(err, a.close))
		}
		a.fifos = append(a.fifos, fifo)
		feed, err := net.Dial("udp", fmt.Sprintf("127.0.0.1:%d", p.feed))
		if err != nil {
			return nil, joinClose(err, a.close)
		}
		a.feeds = append(a.feeds, feed)
		v := &voice{}
		a.voices = append(a.voices, v)
		a.done.Go(func() { listen(fifo, v) })
	}
	a.done.Go(a.play)
	return a, nil
}

// listen moves a modem's sound from its FIFO to its voice.
func listen(fifo io.Reader, v *voice) {
	buf := make([]byte, 64<<10)
	for {
		n, err := fifo.Read(buf)
		v.add(buf[:n])
		if err != nil {
			return
		}
	}
}

// play runs the channel at real time.
func (a *air) play() {
	sent := make([][]int16, len(a.voices))
	next := time.Now()
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		next = next.Add(blockLength)
		late := time.Since(next)
		if late > maxLate {
			next = next.Add(late)
		}
		wait.Reset(max(0, -late))
		select {
		case <-a.stop:
			return
		case <-wait.C:
			a.block(sent, late)
		}
	}
}

// block moves one block of sound from all stations to all.
func (a *air) block(sent [][]int16, late time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stats.Late = max(a.stats.Late, late)
	for i, v := range a.voices {
		was := len(sent[i]) > 0
		sent[i] = v.take(sent[i])
		if len(sent[i]) > 0 && !was {
			a.stats.Stations[i].Bursts++
		}
		a.stats.Stations[i].OnAir += time.Duration(len(sent[i])) * time.Second / sampleRate
	}
	var out [2 * blockSize]byte
	for i, feed := range a.feeds {
		if a.mixer.hear(i, sent, &out) > 1 {
			a.stats.Stations[i].Overlap += blockLength
		}
		_, _ = feed.Write(out[:]) // refused while the modem is not running
	}
}

// close ends the channel and releases its devices.
func (a *air) close() error {
	close(a.stop)
	var first error
	for i := range a.fifos {
		if err := a.fifos[i].Close(); err != nil && first == nil {
			first = err
		}
		if i < len(a.feeds) {
			if err := a.feeds[i].Close(); err != nil && first == nil {
				first = err
			}
		}
	}
	a.done.Wait()
	return first
}
