package people

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/sim/chance"
)

// Write returns what is written in a run, in the order of time, or what is wrong with the workload.
func (w *Workload) Write(stream chance.Stream) ([]Writing, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	var out []Writing
	for i := range w.Sources {
		s := &w.Sources[i]
		for _, from := range s.writers() {
			out = append(out, w.write(s, from, stream)...)
		}
	}
	// What is written at one instant stays in the order of sources and writers.
	slices.SortStableFunc(out, func(a, b Writing) int { return cmp.Compare(a.At, b.At) })
	return out, nil
}

// writers returns those who write at times of their own: Everyone if they share them.
func (s *Source) writers() []int {
	if s.Shared {
		return []int{Everyone}
	}
	return s.From
}

// write returns what one writer of a source writes, or all of a shared one.
func (w *Workload) write(s *Source, from int, stream chance.Stream) (out []Writing) {
	purpose := "people " + s.Name
	words := author{source: s, from: from, luck: stream(purpose+" what", from), stream: stream}
	for _, at := range w.times(s, from, stream(purpose+" when", from)) {
		for i := range max(s.Burst, 1) {
			if m := words.next(at + time.Duration(i)*s.Gap); m.At < w.End {
				out = append(out, m)
			}
		}
	}
	return out
}

// times returns when one writer of a source writes.
func (w *Workload) times(s *Source, from int, luck *rand.Rand) (out []time.Duration) {
	if s.At != nil {
		return s.At
	}
	p, felt := w.pace(s, from), time.Duration(0)
	switch {
	case s.Poisson:
		felt = chance.Exponential(luck, s.Every)
	case !s.InStep:
		felt = time.Duration(luck.Int64N(int64(s.Every)))
	}
	for {
		at, ok := p.real(felt)
		if !ok {
			return out
		}
		out = append(out, at)
		switch {
		case s.Poisson:
			felt += chance.Exponential(luck, s.Every)
		case s.Jitter > 0:
			felt += chance.Between(luck, s.Every-s.Jitter, s.Every+s.Jitter)
		default:
			felt += s.Every
		}
	}
}

// author is one writer of a source at work.
type author struct {
	source *Source
	from   int // Everyone: a random one each time
	luck   *rand.Rand
	stream chance.Stream
}

func (a *author) next(at time.Duration) Writing {
	s := a.source
	m := Writing{At: at, From: a.from, To: Everyone, Source: s.Name}
	if s.Shared {
		m.From = chance.Pick(a.luck.Uint64(), s.From, Everyone)
	}
	m.Precedence = bundle.Precedence(among(a.luck, s.Precedence[:]))
	if m.Lifetime = s.Lifetime[m.Precedence]; m.Lifetime == 0 {
		m.Lifetime = bundle.DefaultLifetime(m.Precedence)
	}
	m.Bytes = s.Bytes.Least + a.luck.IntN(s.Bytes.Most-s.Bytes.Least+1)
	shares := make([]int, len(s.To))
	for i, to := range s.To {
		shares[i] = to.Of
	}
	to, draw := s.To[among(a.luck, shares)], a.luck.Uint64()
	if to.Same {
		draw = a.stream("people "+s.Name+" same", m.From).Uint64()
	}
	if to.To != nil {
		m.To = chance.Pick(draw, to.To, m.From)
	}
	return m
}

// among returns the index of a share, each as likely as its part of all.
func among(luck *rand.Rand, shares []int) int {
	sum := 0
	for _, of := range shares {
		sum += of
	}
	at := luck.IntN(sum)
	for i, of := range shares {
		if at -= of; at < 0 {
			return i
		}
	}
	panic("people: shares that do not add up")
}
