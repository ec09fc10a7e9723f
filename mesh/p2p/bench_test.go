package p2p

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/radio"
)

// BenchmarkBroadcast sends frames for all from one of five nodes on loopback,
// each of which knows all others, and waits until they were heard or lost. It
// compares the two ways that a frame may take.
func BenchmarkBroadcast(b *testing.B) {
	for _, size := range []int{200, 30_000} {
		for _, way := range []string{"sessions", "gossip"} {
			b.Run(fmt.Sprintf("%s/%d", way, size), func(b *testing.B) { benchBroadcast(b, size, way == "gossip") })
		}
	}
}

func benchBroadcast(b *testing.B, size int, gossip bool) {
	o := newOperator(90)
	m := o.enrolAll(1, 2, 3, 4, 5)
	roster := o.roster(m...)
	var all []*station
	for _, one := range m {
		all = append(all, start(b, one, roster, peersOf(all...)))
	}
	for i, s := range all {
		for _, other := range all[:i] {
			meet(b, s, other)
			meshed(b, s, other)
		}
	}
	for _, s := range all {
		s.forget.Store(true)
	}
	source, want := all[0], int64(b.N*(len(all)-1))
	b.SetBytes(int64(size))
	b.ResetTimer()
	started := time.Now()
	for i := range b.N {
		data := make([]byte, size)
		binary.BigEndian.PutUint64(data, uint64(i))
		if gossip {
			ctx, cancel := context.WithTimeout(b.Context(), addressedWait)
			if err := source.gossip.publish(ctx, data); err != nil {
				b.Fatal(err)
			}
			cancel()
		} else if err := source.send(b, radio.Frame{Data: data}); err != nil {
			b.Fatal(err)
		}
	}
	heard := func() (n int64) {
		for _, s := range all[1:] {
			n += s.frames.Load()
		}
		return n
	}
	last, since := int64(-1), time.Now()
	await.Until(b, time.Minute, "the last frame", func() bool {
		if n := heard(); n != last {
			last, since = n, time.Now()
		}
		return last == want || time.Since(since) > time.Second
	})
	took := since.Sub(started)
	b.ReportMetric(float64(want-last)/float64(want)*100, "%lost")
	b.ReportMetric(float64(b.N)/took.Seconds(), "frames/s")
}
