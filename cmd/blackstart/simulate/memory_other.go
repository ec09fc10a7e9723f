//go:build !linux

package simulate

// memory is how many bytes runs may take: what most machines can spare.
func memory() int64 { return assumedMemory }
