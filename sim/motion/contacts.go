package motion

import (
	"fmt"
	"math"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/contact"
)

// Range is who counts as connected.
type Range struct {
	Metres float64
	// Step is how often it is looked: a contact begins at the first look that finds two
	// nodes within the range, and ends at the first that does not. What lies between
	// two looks is not seen. The ONE looks each 0.1 or 1 s; 0 is DefaultStep.
	Step time.Duration
}

// DefaultStep is fine enough to be exact for whatever moves on the ground.
const DefaultStep = time.Millisecond

// Contacts returns when each two nodes come within a range and leave it, from the start
// of a run to its end. Who is within it at the start comes up at 0; who is at the end
// stays. Between two looks of a pair no step is taken: the time follows from the legs.
func Contacts(tracks []Track, until time.Duration, within Range) ([]contact.Change, error) {
	if within.Step == 0 {
		within.Step = DefaultStep
	}
	switch {
	case len(tracks) > MaxNodes:
		return nil, fmt.Errorf("%d nodes that meet; the most is %d", len(tracks), MaxNodes)
	case !(within.Metres > 0 && within.Metres <= 1_000_000):
		return nil, fmt.Errorf("a range of %v m; it must be above 0 and up to 1000000", within.Metres)
	case within.Step < 0 || within.Step > time.Hour:
		return nil, fmt.Errorf("a look each %s; it must be up to %s", within.Step, time.Hour)
	case until < 0 || until > maxRun:
		return nil, fmt.Errorf("a run of %s; it must be 0 to %s", until, maxRun)
	}
	w := newWatch(tracks, until, within)
	for w.begin < w.end {
		if err := w.slice(); err != nil {
			return nil, err
		}
	}
	contact.Sort(w.changes)
	return w.changes, nil
}

// watch finds contacts slice by slice of time. Times in it are looks, counted from 0.
type watch struct {
	tracks []Track
	leg    []int // of each track: the one that the slice begins in
	reach  float64
	step   time.Duration
	width  int64 // looks in a slice
	begin  int64 // of this slice
	end    int64 // one more than the last look

	cells   cells
	moving  []int // nodes that moved in the slice, or just before
	still   []bool
	open    map[[2]int32]bool
	changes []contact.Change
}

func newWatch(tracks []Track, until time.Duration, within Range) *watch {
	w := &watch{tracks: tracks, leg: make([]int, len(tracks)), reach: within.Metres * 1000, step: within.Step,
		end: int64(until/within.Step) + 1, still: make([]bool, len(tracks)), open: map[[2]int32]bool{}}
	fastest, movers := 0.0, 0
	for _, t := range tracks {
		if v := t.fastest(); v > 0 {
			fastest = max(fastest, v)
			movers++
		}
	}
	// In a slice two nodes come nearer by no more than the way that both can go, so that
	// who might meet is found among neighbours at its beginning. Long slices are few and
	// have many neighbours.
	area := extent(tracks)
	best := math.Inf(1)
	for width := int64(1); ; width *= 2 {
		side := 1.001*w.reach + 2.002*fastest*float64(width)*w.step.Seconds()
		slices := math.Ceil(float64(w.end) / float64(width))
		candidates := float64(len(tracks)) * min(1, 9*side*side/(area.width()*area.height()))
		if cost := slices * (10*float64(len(tracks)) + float64(movers)*candidates); cost < best {
			best, w.width = cost, width
			w.cells = newCells(area, side, len(tracks))
		}
		if width >= w.end {
			break
		}
	}
	return w
}

// slice finds the changes of one slice.
func (w *watch) slice() error {
	end := min(w.begin+w.width, w.end)
	w.cells.empty()
	w.moving = w.moving[:0]
	from, to := w.at(w.begin), w.at(end)
	for i, t := range w.tracks {
		for w.leg[i] < len(t)-1 && t[w.leg[i]].End <= from {
			w.leg[i]++
		}
		l := t[w.leg[i]]
		// What was at the look before the slice is what is, if nobody moved since.
		w.still[i] = w.begin > 0 && l.stands() && l.Begin <= from-w.step && (l.End >= to || w.leg[i] == len(t)-1)
		if !w.still[i] {
			w.moving = append(w.moving, i)
		}
		w.cells.put(i, t.At(from))
	}
	for _, i := range w.moving {
		for j := range w.cells.near(i) {
			if j > i || w.still[j] {
				w.pair(min(i, j), max(i, j), end)
			}
		}
		if len(w.changes) > contact.MaxChanges {
			return fmt.Errorf("more than %d changes of contacts up to %s of %s; make the run shorter, the range smaller or the nodes fewer",
				contact.MaxChanges, w.at(end), w.at(w.end-1))
		}
	}
	w.begin = end
	return nil
}

func (w *watch) at(look int64) time.Duration { return time.Duration(look) * w.step }

// pair follows two nodes through a slice, leg by leg of both.
func (w *watch) pair(a, b int, end int64) {
	key := [2]int32{int32(a), int32(b)}
	up := w.open[key]
	was := up
	la, lb := w.leg[a], w.leg[b]
	for look := w.begin; look < end; {
		at := w.at(look)
		la, lb = w.tracks[a].on(la, at), w.tracks[b].on(lb, at)
		stop := end
		for _, e := range [2]time.Duration{w.tracks[a][la].End, w.tracks[b][lb].End} {
			if at < e && e < w.at(end) { // a last leg may have ended before
				stop = min(stop, lookFrom(e, w.step))
			}
		}
		first, last := w.within(w.tracks[a][la], w.tracks[b][lb], look, stop-1)
		up = w.change(key, up, first <= last && first == look, look)
		if first <= last {
			up = w.change(key, up, true, first)
			if last < stop-1 {
				up = w.change(key, up, false, last+1)
			}
		}
		look = stop
	}
	switch {
	case up && !was:
		w.open[key] = true
	case was && !up:
		delete(w.open, key)
	}
}

// change notes a change at a look, if it is one.
func (w *watch) change(pair [2]int32, was, up bool, look int64) bool {
	if was != up {
		w.changes = append(w.changes, contact.Change{At: w.at(look), A: int(pair[0]), B: int(pair[1]), Up: up})
	}
	return up
}

// on returns the leg of a time, from one of an earlier time.
func (t Track) on(leg int, at time.Duration) int {
	for leg < len(t)-1 && t[leg].End <= at {
		leg++
	}
	return leg
}

// lookFrom returns the first look at a time or after it.
func lookFrom(at, step time.Duration) int64 { return int64((at + step - 1) / step) }

// within returns the first and the last of some looks at which two legs are within the
// range; the last is before the first if none is. Distance along two straight lines is
// a parabola of time, so that there is one stretch at most.
func (w *watch) within(a, b Leg, look, last int64) (int64, int64) {
	from := w.at(look)
	ax, ay, avx, avy := a.moved(from)
	bx, by, bvx, bvy := b.moved(from)
	x, y, vx, vy := ax-bx, ay-by, avx-bvx, avy-bvy
	reach := float64(w.reach * w.reach)
	apart := float64(x*x) + float64(y*y) - reach
	speed := float64(vx*vx) + float64(vy*vy)
	if speed == 0 {
		if apart <= 0 {
			return look, last
		}
		return 0, -1
	}
	closing := float64(x*vx) + float64(y*vy)
	inner := float64(closing*closing) - float64(speed*apart)
	if inner < 0 {
		return 0, -1
	}
	root := math.Sqrt(inner)
	span := w.at(last - look).Seconds()
	enters, leaves := (-closing-root)/speed, (-closing+root)/speed
	if leaves < 0 || enters > span {
		return 0, -1
	}
	first := look
	if enters > 0 {
		first = lookFrom(from+time.Duration(math.Ceil(enters*1e9)), w.step)
	}
	if leaves < span {
		last = min(last, int64((from+time.Duration(math.Floor(leaves*1e9)))/w.step))
	}
	return first, last
}
