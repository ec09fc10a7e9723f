package sim

import (
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// kernelError is what the kernel of a synchronised host says of its clock.
const kernelError = 50 * time.Millisecond

// timekeeper is the part of a host that knows what time it is, as mesh/live has
// it: an estimator that is made anew with each life of the node.
type timekeeper struct {
	wrong        time.Duration // of the system clock, against the world's time
	synchronised bool
	estimator    *clock.Estimator
}

func (w *World) sample(h *host) clock.Sample {
	return clock.Sample{
		Mono: h.quartz.local(w.now) - h.born,
		Wall: max(0, w.opts.Start.Add(time.Duration(h.quartz.local(w.now))+h.time.wrong)),
	}
}

// beginTime makes the estimator of a host that starts.
func (w *World) beginTime(h *host) {
	if w.opts.Clocks == nil {
		return
	}
	h.time.estimator = clock.NewEstimator(0)
	h.time.estimator.Kernel(w.sample(h), clock.Kernel{Synchronised: h.time.synchronised, MaxError: kernelError})
}

// learnTime gives the estimator what the node has to say about the time.
func (w *World) learnTime(h *host, e mesh.Effect) {
	if h.time.estimator == nil {
		return
	}
	switch e := e.(type) {
	case mesh.LearnTime:
		_ = h.time.estimator.Learn(w.sample(h), e.Fix) // a fix that is refused is no fault
	case mesh.Past:
		h.time.estimator.NotBefore(w.sample(h), e.Wall)
	}
}

// quartz is a machine's oscillator. The zero value keeps the world's time.
type quartz struct {
	ppm   int           // too fast, in millionths
	since clock.Instant // since this instant of the world
	then  clock.Instant // when it said this
}

const million = 1_000_000

// local is what it says at an instant of the world. Whole numbers only: what a
// processor rounds in its own way would show.
func (q quartz) local(now clock.Instant) clock.Instant {
	d := int64(now - q.since)
	ppm := int64(q.ppm)
	return q.then + clock.Instant(d+d/million*ppm+d%million*ppm/million)
}

// world is the first instant of the world at which it says at least so much.
func (q quartz) world(local clock.Instant) clock.Instant {
	if q.ppm == 0 {
		return local - q.then + q.since
	}
	d := int64(local - q.then)
	now := q.since + clock.Instant(d-d/(million+int64(q.ppm))*int64(q.ppm))
	for ; q.local(now) >= local; now -= clock.Instant(max(1, q.local(now)-local)) {
	}
	for ; q.local(now) < local; now += max(1, (local-q.local(now))/2) {
	}
	return now
}

// jump sets a host's clocks ahead, and has them run too fast from now on.
func (h *host) jump(now clock.Instant, by time.Duration, ppm int) {
	h.quartz = quartz{ppm: ppm, since: now, then: h.quartz.local(now)}
	h.skew += by
	h.time.wrong += by
}

// astray is by how much all incidents together can set clocks wrong.
func (o *Options) astray() (d time.Duration) {
	for _, in := range o.Incidents {
		switch in.What {
		case ClockJump:
			d += max(in.By, -in.By)
		case ClockDrift:
			span := in.For
			if span == 0 {
				span = driftAtMost
			}
			d += span / million * time.Duration(max(in.PPM, -in.PPM))
		}
	}
	return d
}

// driftAtMost is how long nodes reckon with a drift that does not end.
const driftAtMost = 7 * 24 * time.Hour
