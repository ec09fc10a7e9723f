package simulate

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// memory is how many bytes runs may take: what the system has to give.
func memory() int64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return assumedMemory
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		rest, ok := strings.CutPrefix(lines.Text(), "MemAvailable:")
		if !ok {
			continue
		}
		if kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64); err == nil {
			return kb << 10
		}
	}
	return assumedMemory
}
