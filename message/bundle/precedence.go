package bundle

import (
	"fmt"
	"strings"
	"time"
)

// Precedence says who goes first (ACP 121, STANAG 4406). Lower is more urgent.
type Precedence uint8

// The precedences, most urgent first.
const (
	Flash Precedence = iota
	Immediate
	Priority
	Routine

	Precedences = 4 // how many there are
)

var precedenceNames = [Precedences]string{"FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"}

// String returns the precedence as people write it, in capitals.
func (p Precedence) String() string {
	if p < Precedences {
		return precedenceNames[p]
	}
	return fmt.Sprintf("precedence %d", uint8(p))
}

// ParsePrecedence reads the name of a precedence in capital or small letters.
func ParsePrecedence(name string) (Precedence, error) {
	for p, n := range precedenceNames {
		if strings.EqualFold(name, n) {
			return Precedence(p), nil
		}
	}
	return 0, fmt.Errorf("precedence %q is none of %s", name, strings.Join(precedenceNames[:], ", "))
}

// Default lifetimes, which take no byte. What is urgent grows stale soon; what
// is not may wait for somebody to drive by with a laptop.
var defaultLifetimes = [Precedences]time.Duration{
	Flash:     24 * time.Hour,
	Immediate: 48 * time.Hour,
	Priority:  72 * time.Hour,
	Routine:   7 * 24 * time.Hour,
}

// DefaultLifetime returns how long a message of this precedence lives unless
// its sender says otherwise: 24, 48, 72 hours, 7 days.
func DefaultLifetime(p Precedence) time.Duration { return defaultLifetimes[p%Precedences] }
