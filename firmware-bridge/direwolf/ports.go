package direwolf

import (
	"fmt"
	"math/rand/v2"
	"net"
)

// Dire Wolf takes ports of 1024 to 49151, and systems hand out those above
// 32768 by themselves; so ports are drawn from between.
const (
	firstPort  = 20000
	lastPort   = 32000
	portProbes = 200
)

// freePort returns a port at which a service can listen now: a TCP port if tcp,
// else a UDP port, and none of those taken.
func freePort(tcp bool, taken map[int]bool) (int, error) {
	for range portProbes {
		port := firstPort + rand.IntN(lastPort-firstPort)
		if taken[port] {
			continue
		}
		address := fmt.Sprintf("127.0.0.1:%d", port)
		if tcp && listens(net.Listen("tcp", address)) || !tcp && listens(net.ListenPacket("udp", address)) {
			taken[port] = true
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port found in %d..%d", firstPort, lastPort)
}

// listens closes what was opened and reports whether it was.
func listens[L interface{ Close() error }](l L, err error) bool {
	return err == nil && l.Close() == nil
}
