package mesh

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// Hearing is how well one node hears another on a link.
type Hearing struct {
	Heard  bool // at all
	Loss   *int // frames lost, in thousandths; nil: not known yet
	SNR    *int // dB, nil where the device does not tell
	RSSI   *int // dBm, nil where the device does not tell
	Margin *int // dB above what the modem needs, nil where that is not known
	Age    time.Duration
}

// Grade says in a word how well that is.
type Grade string

// The grades, from the worst on. GradeHeard: heard, and not known how well.
const (
	GradeNot    Grade = "not"
	GradeBadly  Grade = "badly"
	GradeFairly Grade = "fairly"
	GradeWell   Grade = "well"
	GradeHeard  Grade = "heard"
)

// What a grade needs at the least: so much loss in thousandths and so many dB of
// margin. What is not known speaks against nothing.
const (
	wellLoss     = 100
	wellMargin   = 6
	fairlyLoss   = 400
	fairlyMargin = 2
)

// Grade returns the grade.
func (h Hearing) Grade() Grade {
	within := func(loss, margin int) bool {
		return (h.Loss == nil || *h.Loss <= loss) && (h.Margin == nil || *h.Margin >= margin)
	}
	switch {
	case !h.Heard:
		return GradeNot
	case h.Loss == nil && h.Margin == nil:
		return GradeHeard
	case within(wellLoss, wellMargin):
		return GradeWell
	case within(fairlyLoss, fairlyMargin):
		return GradeFairly
	}
	return GradeBadly
}

// hears returns how well a neighbour is heard on a link, and how well it hears this
// node, nil where it has not said so for long.
func (l *link) hears(now clock.Instant, nb *neighbour) (in, out *Hearing) {
	if l.profile.Secure {
		return nil, nil
	}
	q := &nb.quality
	in = &Hearing{Heard: true, Age: now.Sub(nb.heard)}
	if loss, known := q.loss(); known {
		in.Loss = &loss
	}
	if q.snr.known {
		in.SNR = ref(q.snr.value())
	}
	if q.rssi.known {
		in.RSSI = ref(q.rssi.value())
	}
	in.Margin = l.margin(in.SNR)
	if q.when == 0 || now.Sub(q.when) > l.timing.Lost {
		return in, nil
	}
	out = &Hearing{Heard: !q.not, Age: now.Sub(q.when)}
	if q.not {
		return in, out
	}
	if q.said.Loss != frame.LossUnknown {
		out.Loss = ref(int(min(q.said.Loss, frame.LossAll)) * 1000 / frame.LossAll)
	}
	if v, told := q.said.SNRdB(); told {
		out.SNR = &v
	}
	if v, told := q.said.RSSIdBm(); told {
		out.RSSI = &v
	}
	out.Margin = l.margin(out.SNR)
	return in, out
}

func ref(v int) *int { return &v }

// margin is how far a ratio is above what the modem needs. Both ends of a link use
// the same setting, or would not hear each other.
func (l *link) margin(snr *int) *int {
	if lora := l.profile.Air.LoRa; snr != nil && lora.Spreading > 0 {
		return ref((*snr*10 - lora.Floor()) / 10)
	}
	return nil
}
