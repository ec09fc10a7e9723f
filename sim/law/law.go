// Package law watches that no station transmits for longer than is allowed within any
// window of time. It goes by when transmissions began and ended, as the channel saw
// them, and knows nothing of what a station reckons or believes: it is there to find
// that wrong.
//
// What is allowed is given as a time within a rolling window, as the duty cycles of
// EN 300 220 are (1 % of an hour is 36 s). Which limit holds on which frequency is not
// known here (see radio/ledger), nor are powers, the lengths of single
// transmissions, or the pauses after them.
package law

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Watch keeps the transmissions of the stations of a channel. Its memory is what is
// within one window.
type Watch struct {
	window   time.Duration
	allowed  time.Duration
	stations []station
}

type station struct {
	list []transmission // those that reach into the window, ascending
	last clock.Instant  // the end of the last one ever
	sum  time.Duration  // of the list
	most time.Duration  // within any window so far
}

type transmission struct{ begin, end clock.Instant }

// New watches a channel on which so much time on the air is allowed within any window;
// 0: any. It then only measures.
func New(window, allowed time.Duration) *Watch { return &Watch{window: window, allowed: allowed} }

// Add takes notice of a transmission when it has ended or broken off. Those of one station come in
// order and do not overlap: it has one transmitter. It returns what the station has transmitted
// within the window that ends with this one, and an error if that is too much. No
// window is fuller than all of those that end with a transmission: one that is moved
// until it does either loses nothing or has lost what it wins.
func (w *Watch) Add(n int, begin, end clock.Instant) (time.Duration, error) {
	for len(w.stations) <= n {
		w.stations = append(w.stations, station{})
	}
	s := &w.stations[n]
	if begin < s.last || end < begin {
		panic(fmt.Sprintf("law: station %d transmits from %d to %d, after one that ends at %d", n, begin, end, s.last))
	}
	s.last = end
	s.list = append(s.list, transmission{begin, end})
	s.sum += end.Sub(begin)
	from, old := end.Add(-w.window), 0
	for ; s.list[old].end <= from && old < len(s.list)-1; old++ {
		s.sum -= s.list[old].end.Sub(s.list[old].begin)
	}
	s.list = s.list[old:]
	within := s.sum - max(0, from.Sub(s.list[0].begin)) // a part of the first may lie before
	s.most = max(s.most, within)
	if w.allowed > 0 && within > w.allowed {
		return within, fmt.Errorf("station %d transmits %v within %v, allowed are %v", n, within, w.window, w.allowed)
	}
	return within, nil
}

// Most returns the most that a station has transmitted within any window.
func (w *Watch) Most(n int) time.Duration {
	if n < len(w.stations) {
		return w.stations[n].most
	}
	return 0
}
