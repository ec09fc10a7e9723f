//go:build !linux

package simulate

import (
	"time"
)

// computed stands for processor time where a thread's own cannot be had: the time that
// passes, which is not less.
func computed() time.Duration { return time.Duration(time.Now().UnixNano()) }
