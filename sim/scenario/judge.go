package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// judge holds a run to what the scenario expects of its protocol. That no radio
// transmits more than it may is expected of every run; that there are no violations,
// who reads the report sees by itself.
func (s *Scenario) judge(r *report.Run) (out []report.Expectation) {
	for _, c := range r.Channels {
		if c.Allowed > 0 {
			out = append(out, report.Expectation{
				What:  fmt.Sprintf("%s: at most %v on the air in any hour", c.Name, c.Allowed),
				Found: c.BusiestHour.Round(time.Millisecond).String(), Held: c.BusiestHour <= c.Allowed,
			})
		}
	}
	if r.Partial {
		return out // what was expected may still have come
	}
	for i := range s.Expect {
		if e := &s.Expect[i]; e.Protocol == r.Protocol {
			out = append(out, e.judge(s, r)...)
		}
	}
	return out
}

func (e *Expectation) judge(s *Scenario, r *report.Run) (out []report.Expectation) {
	if s.stands(&e.Delivered) {
		out = append(out, e.judgeDelivered(r))
	}
	if s.stands(&e.Median) {
		out = append(out, e.judgeMedian(r))
	}
	return out
}

func (s *Scenario) stands(field any) bool { return s.lines[field] > 0 }

// about reports whether an expectation is about a message.
func (e *Expectation) about(m *report.Message) bool {
	return (e.Precedence == "" || strings.EqualFold(e.Precedence, m.Precedence)) &&
		(e.To == "" || m.Group == (e.To == ToGroups))
}

// which says in words which messages an expectation is about.
func (e *Expectation) which() string {
	out := ""
	if e.Precedence != "" {
		out += " of " + e.Precedence
	}
	if e.To != "" {
		out += " to " + e.To
	}
	return out
}

func (e *Expectation) judgeDelivered(r *report.Run) report.Expectation {
	possible, delivered := 0, 0
	for i := range r.Messages {
		m := &r.Messages[i]
		if !e.about(m) {
			continue
		}
		limit := m.Lifetime
		if e.Within > 0 && (limit == 0 || e.Within < limit) {
			limit = e.Within
		}
		inTime := func(at time.Duration) bool { return at != report.Never && (limit == 0 || at <= m.At+limit) }
		for _, c := range m.Copies {
			switch {
			case inTime(c.Arrived):
				delivered++
				possible++
			case inTime(c.Possible) && (c.Possible <= r.Simulated):
				possible++
			}
		}
	}
	out := report.Expectation{What: fmt.Sprintf("delivered%s: at least %s of what is possible", e.which(), percent(e.Delivered))}
	if e.Within > 0 {
		out.What += " within " + strictyaml.Time().Write(int64(e.Within))
	}
	if possible == 0 {
		out.Found, out.Held = "nothing was possible", true
		return out
	}
	out.Found = fmt.Sprintf("%s: %d of %d", percent(Share(int64(delivered)*int64(whole100)/int64(possible))), delivered, possible)
	out.Held = int64(delivered)*int64(whole100) >= int64(e.Delivered)*int64(possible)
	return out
}

func (e *Expectation) judgeMedian(r *report.Run) report.Expectation {
	var took, best []time.Duration
	for i := range r.Messages {
		m := &r.Messages[i]
		for _, c := range m.Copies {
			if !e.about(m) || c.Arrived == report.Never || c.Possible == report.Never {
				continue
			}
			took, best = append(took, c.Arrived-m.At), append(best, c.Possible-m.At)
		}
	}
	out := report.Expectation{What: fmt.Sprintf("median time to delivery%s: at most %s of the earliest possible", e.which(), percent(e.Median))}
	if len(took) == 0 {
		out.Found = "nothing was delivered"
		return out
	}
	slices.Sort(took)
	slices.Sort(best)
	is, was := took[(len(took)-1)/2], best[(len(best)-1)/2]
	out.Found = fmt.Sprintf("%v and %v", is.Round(time.Millisecond), was.Round(time.Millisecond))
	out.Held = float64(is) <= e.Median.Of()*float64(was)
	return out
}

// percent writes a share with one digit behind the point, cut off.
func percent(s Share) string { return fmt.Sprintf("%d.%d %%", s/10_000, s%10_000/1000) }
