package plan

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Bounds of a plan.
const (
	MaxEdition  = 1<<31 - 1
	MaxChannels = 16
	MinPatience = 2 * time.Minute
	MaxPatience = 24 * time.Hour
	maxSeconds  = 1<<32 - 1
)

// labelPlan stands before what the root signs.
const labelPlan = "blackstart radio plan v1\x00"

// Plan is a radio plan. Plans are made by the authority and read by Decode or Parse;
// the package comment has the layout.
type Plan struct {
	Operator  ident.OperatorID
	Edition   uint32        // 1..MaxEdition
	From      clock.Wall    // when it begins to count, whole seconds; 0: at once
	Patience  time.Duration // whole minutes, MinPatience..MaxPatience
	Until     clock.Wall    // when the former channels are looked at no more, whole seconds, after From; 0: no end
	Channels  []Channel     // 1..MaxChannels
	Signature [64]byte      // the root key's, over SignedBytes
}

// Channel returns the channel with a name.
func (p *Plan) Channel(name string) (Channel, bool) {
	for _, c := range p.Channels {
		if c.Name == name {
			return c, true
		}
	}
	return Channel{}, false
}

// Check reports the first thing that no plan can hold, or nil: ErrNotCanonical.
func (p *Plan) Check() error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrNotCanonical}, args...)...)
	}
	switch {
	case p.Edition == 0 || p.Edition > MaxEdition:
		return wrong("edition %d", p.Edition)
	case !seconds(p.From):
		return wrong("it counts from %d ms", p.From)
	case p.Patience < MinPatience || p.Patience > MaxPatience || p.Patience%time.Minute != 0:
		return wrong("patience of %v, want whole minutes of %v..%v", p.Patience, MinPatience, MaxPatience)
	case !seconds(p.Until) || p.Until != 0 && p.Until <= p.From:
		return wrong("the former channels are kept until %d ms, it counts from %d", p.Until, p.From)
	case len(p.Channels) == 0 || len(p.Channels) > MaxChannels:
		return wrong("%d channels, want 1..%d", len(p.Channels), MaxChannels)
	}
	seen := make(map[string]bool, len(p.Channels))
	for i, c := range p.Channels {
		if err := c.Check(); err != nil {
			return fmt.Errorf("%w: channel %d: %w", ErrNotCanonical, i+1, err)
		}
		if seen[c.Name] {
			return wrong("two channels are named %q", c.Name)
		}
		seen[c.Name] = true
	}
	return nil
}

// seconds reports whether a time can be written.
func seconds(w clock.Wall) bool { return w >= 0 && w%1000 == 0 && w/1000 <= maxSeconds }

// SignedBytes returns what the root key signs. It panics where Check fails. Safe
// because the bytes are canonical, name the operator, and stand behind a label that
// nothing else begins with that the root signs.
func (p *Plan) SignedBytes() []byte { return append([]byte(labelPlan), p.body()...) }

// Verify checks operator and signature: nil, ErrOperator or ErrSignature.
func (p *Plan) Verify(v ident.Verifier, root ident.SignKey, operator ident.OperatorID) error {
	if p.Operator != operator {
		return fmt.Errorf("%w: operator %v, this is %v", ErrOperator, p.Operator, operator)
	}
	if !v.Verify(root, p.SignedBytes(), p.Signature[:]) {
		return fmt.Errorf("%w: edition %d, root key %v", ErrSignature, p.Edition, root)
	}
	return nil
}

// Succeeds reports why a plan does not take the place of the one held, nil for none:
// nil or ErrOlder.
func (p *Plan) Succeeds(held *Plan) error {
	if held != nil && p.Edition <= held.Edition {
		return fmt.Errorf("%w: edition %d, held is %d", ErrOlder, p.Edition, held.Edition)
	}
	return nil
}
