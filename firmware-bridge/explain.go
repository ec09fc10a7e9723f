package bridge

import (
	"fmt"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/message/plan"
)

// Parameters are all that a family's URLs take: its own, and those of every family.
func (f Family) Parameters() []Param {
	return append(f.Params[:len(f.Params):len(f.Params)], append(commonParams(), bandParams()...)...)
}

// Check finds out whether a parameter may have a value. The error names both, and what
// is allowed.
func (p Param) Check(value string) error {
	_, err := p.parse(value)
	return err
}

// Allowed says for people which values there are; "" where Meaning says it.
func (p Param) Allowed() string {
	switch {
	case p.Text != nil:
		return ""
	case p.Words != nil:
		return strings.Join(p.Words, ", ")
	case p.Hertz:
		return plan.Hertz(p.Min) + ".." + plan.Hertz(p.Max)
	case p.Step > 0:
		return fmt.Sprintf("%v..%v", time.Duration(p.Min), time.Duration(p.Max))
	}
	return fmt.Sprintf("%d..%d", p.Min, p.Max)
}

// Otherwise says for people which value a parameter has that is left out; "" where there
// is none.
func (p Param) Otherwise() string {
	switch {
	case p.Needed || p.Text != nil || p.Name == burstName || p.Name == pauseName || p.Name == regionName || p.Words == nil && (p.Default < p.Min || p.Default > p.Max):
		return ""
	case p.Words != nil:
		return p.Words[p.Default]
	case p.Hertz:
		return plan.Hertz(p.Default)
	case p.Step > 0:
		return time.Duration(p.Default).String()
	}
	return fmt.Sprint(p.Default)
}
