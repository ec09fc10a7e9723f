package report

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Summary is what came of one run, in figures. Its JSON is part of the interface:
// fields are added and never renamed. Times are in seconds, shares from 0 to 1; null
// stands for what cannot be said, as the median of nothing.
type Summary struct {
	Scenario    string   `json:"scenario"`
	Protocol    string   `json:"protocol"`
	Seed        uint64   `json:"seed"`
	Version     string   `json:"version"`
	Story       string   `json:"story"`
	About       string   `json:"about"`
	Hash        string   `json:"hash"`
	Events      uint64   `json:"events"`
	Nodes       int      `json:"nodes"`
	Simulated   float64  `json:"simulated_s"`
	CPU         float64  `json:"cpu_s"`
	NodeSeconds *float64 `json:"node_seconds_per_cpu_second"`
	Partial     bool     `json:"partial"`

	All         Figures   `json:"all"`
	Precedences []Figures `json:"precedences"` // the most urgent first; those that occur
	Kinds       []Figures `json:"kinds"`       // "direct" and "group"; those that occur
	Air         Air       `json:"air"`         // of all channels together
	Channels    []Load    `json:"channels"`

	Violations   []string      `json:"violations"`
	Expectations []Expectation `json:"expectations"`
}

// Air is what was transmitted, and what became of it at those in reach.
type Air struct {
	Frames   uint64  `json:"frames"`
	Bytes    uint64  `json:"bytes"`
	Airtime  float64 `json:"airtime_s"`
	Heard    uint64  `json:"heard"`
	Collided uint64  `json:"collided"`
	Deaf     uint64  `json:"deaf"`
	Lost     uint64  `json:"lost"`

	// For each copy that was delivered.
	FramesPerCopy  *float64 `json:"frames_per_copy"`
	BytesPerCopy   *float64 `json:"bytes_per_copy"`
	AirtimePerCopy *float64 `json:"airtime_per_copy_s"`

	// Of the channel whose busiest station came closest to what it is allowed; if none has
	// a limit, of the channel whose busiest station transmitted most.
	BusiestHour  float64  `json:"busiest_hour_s"`
	BusiestShare *float64 `json:"busiest_share_of_allowed"`
}

// Load is a Channel in figures.
type Load struct {
	Name         string   `json:"name"`
	Frames       uint64   `json:"frames"`
	Bytes        uint64   `json:"bytes"`
	Airtime      float64  `json:"airtime_s"`
	Heard        uint64   `json:"heard"`
	Collided     uint64   `json:"collided"`
	Deaf         uint64   `json:"deaf"`
	Lost         uint64   `json:"lost"`
	BusiestHour  float64  `json:"busiest_hour_s"`
	Allowed      *float64 `json:"allowed_s"`
	BusiestShare *float64 `json:"busiest_share_of_allowed"`
}

// Summarise counts a run.
func Summarise(r *Run) Summary {
	s := Summary{
		Scenario: r.Scenario, Protocol: r.Protocol, Seed: r.Seed, Version: r.Version, Story: r.Story, About: r.About, Hash: r.Hash, Events: r.Events, Nodes: r.Nodes,
		Simulated: seconds(r.Simulated), CPU: seconds(r.CPU), Partial: r.Partial, Precedences: []Figures{}, Kinds: []Figures{}, Channels: []Load{},
		Violations: append([]string{}, r.Violations...), Expectations: append([]Expectation{}, r.Expectations...),
	}
	if r.CPU > 0 {
		s.NodeSeconds = rounded(float64(r.Nodes) * r.Simulated.Seconds() / r.CPU.Seconds())
	}
	s.All = figuresOf("all", r, func(*Message) bool { return true })
	for _, name := range precedences(r) {
		s.Precedences = append(s.Precedences, figuresOf(name, r, func(m *Message) bool { return m.Precedence == name }))
	}
	for _, group := range []bool{false, true} {
		name := "direct"
		if group {
			name = "group"
		}
		f := figuresOf(name, r, func(m *Message) bool { return m.Group == group })
		if f.Messages > 0 {
			s.Kinds = append(s.Kinds, f)
		}
	}
	s.addAir(r)
	return s
}

// precedences are those that occur, the most urgent first; what is none of the four
// comes last, by name.
func precedences(r *Run) []string {
	known := []string{"FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"}
	var names []string
	for i := range r.Messages {
		names = append(names, r.Messages[i].Precedence)
	}
	rank := func(name string) int {
		if i := slices.Index(known, name); i >= 0 {
			return i
		}
		return len(known)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return slices.Compact(names)
}

func (s *Summary) addAir(r *Run) {
	var airtime time.Duration
	for _, c := range r.Channels {
		s.Air.Frames += c.Frames
		s.Air.Bytes += c.Bytes
		s.Air.Heard += c.Heard
		s.Air.Collided += c.Collided
		s.Air.Deaf += c.Deaf
		s.Air.Lost += c.Lost
		airtime += c.Airtime
		l := Load{Name: c.Name, Frames: c.Frames, Bytes: c.Bytes, Airtime: seconds(c.Airtime), Heard: c.Heard, Collided: c.Collided,
			Deaf: c.Deaf, Lost: c.Lost, BusiestHour: seconds(c.BusiestHour)}
		if c.Allowed > 0 {
			l.Allowed = rounded(c.Allowed.Seconds())
			l.BusiestShare = rounded(float64(c.BusiestHour) / float64(c.Allowed))
		}
		s.Channels = append(s.Channels, l)
		if busier(l, s.Air) {
			s.Air.BusiestHour, s.Air.BusiestShare = l.BusiestHour, l.BusiestShare
		}
	}
	s.Air.Airtime = seconds(airtime)
	s.Air.FramesPerCopy = ratio(float64(s.Air.Frames), s.All.Delivered)
	s.Air.BytesPerCopy = ratio(float64(s.Air.Bytes), s.All.Delivered)
	s.Air.AirtimePerCopy = ratio(airtime.Seconds(), s.All.Delivered)
}

func busier(l Load, a Air) bool {
	if (l.BusiestShare == nil) != (a.BusiestShare == nil) {
		return l.BusiestShare != nil
	}
	if l.BusiestShare != nil {
		return *l.BusiestShare > *a.BusiestShare
	}
	return l.BusiestHour > a.BusiestHour
}

// seconds rounds to a tenth of a millisecond, which is finer than anybody reads.
func seconds(d time.Duration) float64 { return *rounded(d.Seconds()) }

// rounded keeps four decimals, so that figures read alike whatever machine made them.
func rounded(x float64) *float64 {
	x = math.Round(x*10_000) / 10_000
	return &x
}

// ratio is nil where there is nothing to divide by.
func ratio(x float64, n int) *float64 {
	if n == 0 {
		return nil
	}
	return rounded(x / float64(n))
}
