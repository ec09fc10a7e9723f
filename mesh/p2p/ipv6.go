package p2p

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// noIPv6 reports whether an address could not be listened on because this
// machine has no IPv6, and not because the port is taken.
func noIPv6(err error) bool {
	var call *os.SyscallError
	var op *net.OpError
	return (errors.As(err, &call) || errors.As(err, &op)) &&
		(errors.Is(err, syscall.EAFNOSUPPORT) || errors.Is(err, syscall.EADDRNOTAVAIL))
}
