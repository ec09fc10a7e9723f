package terrain

import (
	"fmt"
	"math"
	"strings"
)

// Hop is what a model is asked about: two antennas and a frequency.
type Hop struct {
	Metres    float64 // from one to the other
	Low, High float64 // heights of the antennas above the ground in metres, Low <= High
	MHz       float64
}

// Model is a formula for the mean path loss.
type Model interface {
	Name() string   // as ModelByName knows it
	Source() string // of the formula and its constants
	Limits() Limits // what it was fitted for
	// Curve returns the loss between two antennas over distance. It goes on beyond the
	// limits, as a formula does; Mean says where, and keeps it above free space.
	Curve(low, high, MHz float64) Curve
}

// Curve is a loss in dB over the distance in metres, whose log10 is given as well.
type Curve func(metres, log float64) float64

// Limits is where a model holds: from and to, each.
type Limits struct {
	Metres, Low, High, MHz [2]float64
}

// Mean returns the mean loss of a hop in dB, and whether it is as long as the model
// was made for. Where it is shorter or longer the formula goes on, but never below
// the loss of free space, which no obstacle can undercut. Below one metre the loss is
// that of one metre.
func Mean(m Model, h Hop) (dB float64, inside bool) {
	between := meanOf(m, h.Low, h.High, h.MHz)
	dB, _, inside = between.at(h.Metres)
	return dB, inside
}

// mean is a model between two antennas.
type mean struct {
	curve, free Curve
	metres      [2]float64 // its limits
}

func meanOf(m Model, low, high, MHz float64) mean {
	if e, two := m.(either); two {
		m = e.of(low, high, MHz)
	}
	return mean{m.Curve(low, high, MHz), freeSpace(MHz), m.Limits().Metres}
}

// at returns the loss, that of free space, and whether the model was made for it.
func (m *mean) at(metres float64) (dB, free float64, inside bool) {
	metres = max(metres, 1)
	log := math.Log10(metres)
	free = m.free(metres, log)
	return max(m.curve(metres, log), free), free, m.metres[0] <= metres && metres <= m.metres[1]
}

// Check refuses heights and frequencies that a model was not made for: other than a
// distance, they do not change from link to link, and somebody chose them.
func Check(m Model, h Hop) error {
	l := m.Limits()
	switch {
	case !(h.MHz >= l.MHz[0] && h.MHz <= l.MHz[1]):
		return fmt.Errorf("path loss model %s holds from %v to %v MHz, not at %v MHz; choose another one (%s)", m.Name(), l.MHz[0], l.MHz[1], h.MHz, everywhere)
	case !(h.Low >= l.Low[0] && h.Low <= l.Low[1] && h.High >= l.High[0] && h.High <= l.High[1]):
		return fmt.Errorf("path loss model %s holds between an antenna at %v to %v m and one at %v to %v m, not between %v and %v m; choose another one (%s), or two, as in \"%s + suburban\", of which the second is for antennas that the first does not know",
			m.Name(), l.Low[0], l.Low[1], l.High[0], l.High[1], h.Low, h.High, everywhere, m.Name())
	}
	return nil
}

// everywhere names the models that hold for any antennas and frequencies of ours.
const everywhere = "open, suburban, town and forest hold for all"

// freeSpace is the loss without any obstacle (Friis 1946; ITU-R P.525).
func freeSpace(MHz float64) Curve { return line(float64(20*math.Log10(MHz))-27.55, 20) }

// line is a curve of so many dB in the first metre, and more for each factor of ten.
func line(first, decade float64) Curve {
	return func(_, log float64) float64 { return first + float64(decade*log) }
}

// lineKm is a line through so many dB at one kilometre.
func lineKm(km, decade float64) Curve { return line(km-float64(3*decade), decade) }

// Models returns all models that have a name of their own.
func Models() []Model {
	return []Model{
		FreeSpace(), Open(), Suburban(), Town(), Forest(),
		HataUrban(), HataSuburban(), HataOpen(), FLoRa(),
		SuburbanMacro(), UrbanMacro(), NS3Urban(), Oulu(), LoRaSim(),
	}
}

// ModelByName returns a model: one of Models; or "A + B", which is model A for
// antennas that it was made for and model B for others.
func ModelByName(name string) (Model, error) {
	first, second, two := strings.Cut(name, "+")
	if two {
		a, err := ModelByName(strings.TrimSpace(first))
		if err != nil {
			return nil, err
		}
		b, err := ModelByName(strings.TrimSpace(second))
		if err != nil {
			return nil, err
		}
		return Either(a, b), nil
	}
	var names []string
	for _, m := range Models() {
		if m.Name() == name {
			return m, nil
		}
		names = append(names, m.Name())
	}
	return nil, fmt.Errorf("there is no path loss model %.40q; there are %s, and two joined by a +", name, strings.Join(names, ", "))
}

// formula is a Model.
type formula struct {
	name, source string
	limits       Limits
	curve        func(low, high, MHz float64) Curve
}

func (f formula) Name() string                       { return f.name }
func (f formula) Source() string                     { return f.source }
func (f formula) Limits() Limits                     { return f.limits }
func (f formula) Curve(low, high, MHz float64) Curve { return f.curve(low, high, MHz) }

// fixed is a curve that no height or frequency changes.
func fixed(c Curve) func(low, high, MHz float64) Curve {
	return func(_, _, _ float64) Curve { return c }
}

// Either returns a model that is the first where the antennas are such as that was
// made for, and else the second: a mast by Hata, two handhelds by log-distance.
func Either(first, second Model) Model { return either{first, second} }

type either struct{ first, second Model }

func (e either) of(low, high, MHz float64) Model {
	m := e.second
	if Check(e.first, Hop{Low: low, High: high, MHz: MHz}) == nil {
		m = e.first
	}
	if inner, two := m.(either); two {
		return inner.of(low, high, MHz)
	}
	return m
}

func (e either) Name() string   { return e.first.Name() + " + " + e.second.Name() }
func (e either) Source() string { return e.first.Source() + "; " + e.second.Source() }

func (e either) Curve(low, high, MHz float64) Curve {
	return e.of(low, high, MHz).Curve(low, high, MHz)
}

// Limits are those of the second, which has to hold wherever the first does not; how
// far each reaches, Mean asks it itself.
func (e either) Limits() Limits { return e.second.Limits() }
