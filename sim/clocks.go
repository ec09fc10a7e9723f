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
	return clock.Sample{Mono: w.now - h.born, Wall: max(0, w.opts.Start.Add(time.Duration(w.now)+h.time.wrong))}
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
