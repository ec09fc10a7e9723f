package simulate

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxSeeds bounds the seeds of one command.
const MaxSeeds = 1000

// Seeds reads seeds as people give them: 7, 1-5, or 1,3,10-12.
func Seeds(text string) ([]uint64, error) {
	var out []uint64
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		low, err := seed(first)
		high := low
		if err == nil && isRange {
			high, err = seed(last)
		}
		switch {
		case err != nil:
			return nil, fmt.Errorf("seeds %q: %w", text, err)
		case high < low:
			return nil, fmt.Errorf("seeds %q: %d-%d runs backwards, write %d-%d", text, low, high, high, low)
		case high-low >= MaxSeeds-uint64(len(out)):
			return nil, fmt.Errorf("seeds %q: more than %d, which is what one command takes", text, MaxSeeds)
		}
		for s := range high - low + 1 {
			for _, have := range out {
				if have == low+s {
					return nil, fmt.Errorf("seeds %q: %d stands there twice", text, have)
				}
			}
			out = append(out, low+s)
		}
	}
	return out, nil
}

// MaxSeed is the greatest seed: JSON readers keep whole numbers up to it.
const MaxSeed = 1 << 53

func seed(text string) (uint64, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64)
	if err != nil || n > MaxSeed {
		return 0, fmt.Errorf("%q is no seed, want a number from 0 to 2^53, a range as 1-5, or several with commas", text)
	}
	return n, nil
}
