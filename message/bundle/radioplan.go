package bundle

import (
	"errors"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

// RadioPlan is the body of a ContentRadioPlan: a radio plan as the authority signed it,
// without a byte beside it. It travels to the group of the whole network. Any node may
// send it on, since what counts is the root's signature and not its origin's.
type RadioPlan struct{ Plan *plan.Plan }

// Check reports what cannot be, or nil: ErrNotCanonical. It checks no signature.
func (r RadioPlan) Check() error {
	if r.Plan == nil {
		return fmt.Errorf("%w: no radio plan", ErrNotCanonical)
	}
	if err := r.Plan.Check(); err != nil {
		return fmt.Errorf("%w: %v", ErrNotCanonical, err)
	}
	return nil
}

// Type returns ContentRadioPlan.
func (RadioPlan) Type() ContentType { return ContentRadioPlan }

// Right returns 0: the root has it, and it signed.
func (RadioPlan) Right() ident.Rights { return 0 }

// String says what it is, as in "radio plan 3: 4 channels, counts from at once".
func (r RadioPlan) String() string {
	return fmt.Sprintf("radio plan %d: channels %d, counts from %s", r.Plan.Edition, len(r.Plan.Channels), r.Plan.When())
}

// Append appends the body. It panics where Check fails.
func (r RadioPlan) Append(dst []byte) []byte {
	if err := r.Check(); err != nil {
		panic("bundle: encoding an impossible radio plan: " + err.Error())
	}
	return append(dst, r.Plan.Encode()...)
}

// DecodeRadioPlan reads what Append wrote. Errors: ErrTruncated, ErrOversized,
// ErrVersion, ErrNotCanonical.
func DecodeRadioPlan(body []byte) (RadioPlan, error) {
	p, err := plan.Decode(body)
	for _, class := range []struct{ from, to error }{{plan.ErrTruncated, ErrTruncated}, {plan.ErrOversized, ErrOversized}, {plan.ErrVersion, ErrVersion}, {plan.ErrNotCanonical, ErrNotCanonical}} {
		if errors.Is(err, class.from) {
			return RadioPlan{}, fmt.Errorf("%w: %v", class.to, err)
		}
	}
	return RadioPlan{Plan: p}, err
}
